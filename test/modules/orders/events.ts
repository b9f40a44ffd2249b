/** A client of server-sent events that reads no more than a browser would. */
import { as } from '../../session.ts';
import type { OrderBody } from '../../shop.ts';
import type { TestHost } from '../../support.ts';

export interface SentEvent {
  id: string;
  event: string;
  data: { orderStatusCode: number; at: string; reason?: string; paymentId?: string };
}

export interface EventStream {
  response: Response;
  events: SentEvent[];
  /** Lines that are no part of an event: comments, and the time to wait before coming again. */
  others: string[];
  /** Resolves when the stream has ended; says whether it ended as it should. */
  ended: Promise<'ended' | 'broken'>;
  close(): void;
}

/** Where a host listens, which it does from the first call on. */
export async function urlOf(host: TestHost): Promise<string> {
  const [address] = host.app.addresses();
  return typeof address === 'object'
    ? `http://127.0.0.1:${address.port}`
    : host.app.listen({ port: 0 });
}

/** Opens the event stream of an order. */
export async function openEvents(
  host: TestHost,
  { orderId, userId }: Pick<OrderBody, 'orderId' | 'userId'>,
  headers: Record<string, string> = {},
): Promise<EventStream> {
  const aborter = new AbortController();
  const response = await fetch(`${await urlOf(host)}/api/orders/${orderId}/events`, {
    headers: { ...as(host, userId), ...headers },
    signal: aborter.signal,
  });
  const events: SentEvent[] = [];
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

async function read(response: Response, events: SentEvent[], others: string[]): Promise<void> {
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
      else events.push({ ...fields, data: JSON.parse(fields['data']) } as SentEvent);
    }
  }
}
