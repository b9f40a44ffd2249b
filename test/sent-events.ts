/** A client of server-sent events that reads no more than a browser would. */

/** An event of a stream; its data is JSON. */
export interface SentEvent<Data> {
  id: string;
  event: string;
  data: Data;
}

export interface EventStream<Data> {
  response: Response;
  events: SentEvent<Data>[];
  /** Lines that are no part of an event: comments, and the time to wait before coming again. */
  others: string[];
  /** Resolves when the stream has ended; says whether it ended as it should. */
  ended: Promise<'ended' | 'broken'>;
  close(): void;
}

/** Opens a stream of events. */
export async function openEventStream<Data>(
  url: string,
  headers: Record<string, string>,
): Promise<EventStream<Data>> {
  const aborter = new AbortController();
  const response = await fetch(url, { headers, signal: aborter.signal });
  const events: SentEvent<Data>[] = [];
  const others: string[] = [];
  return {
    response,
    events,
    others,
    ended: read(response, events, others).then(
      () => 'ended' as const,
      () => 'broken' as const,
    ),
    close: () => aborter.abort(),
  };
}

async function read<Data>(
  response: Response,
  events: SentEvent<Data>[],
  others: string[],
): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block
          .split('\n')
          .map((line) => [line.split(': ')[0], line.split(': ').slice(1).join(': ')]),
      );
      if (fields['data'] === undefined) others.push(block);
      else events.push({ ...fields, data: JSON.parse(fields['data']) } as SentEvent<Data>);
    }
  }
}
