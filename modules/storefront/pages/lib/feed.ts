/** A feed of server-sent events whose request has headers, which the browser's own EventSource has not. */

/** The pause before the feed is asked for again, doubled each time, in ms. */
const RETRY_MIN_MS = 1000;
const RETRY_MAX_MS = 15_000;

export interface Feed {
  /** Asks for the stream. Rejects where the answer is none; then it is asked again. */
  open: (signal: AbortSignal) => Promise<Response>;
  /** How long it may be silent before it counts as lost, in ms. */
  silentMs: number;
  onEvent: (name: string, data: string) => void;
  /** Whether events come at the moment. */
  onConnection: (isOpen: boolean) => void;
}

/**
 * Follows a feed as long as the page is in sight: a stream of each hidden tab would use up the few
 * connections that a browser has to one server. Gives what ends it.
 */
export function followFeed(feed: Feed): () => void {
  let reading: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = RETRY_MIN_MS;

  function start(): void {
    if (document.hidden || reading) return;
    const controller = new AbortController();
    reading = controller;
    void read(controller).then((isOver) => {
      if (reading !== controller) return;
      // One that is over is followed by the next: only where that does not come, events are missed.
      if (isOver) reading = undefined;
      else end();
      timer = setTimeout(start, pause);
      pause = Math.min(pause * 2, RETRY_MAX_MS);
    });
  }

  /** Resolves when the stream has ended: whether it was over, and had not broken off. */
  async function read(controller: AbortController): Promise<boolean> {
    let silent: ReturnType<typeof setTimeout> | undefined;
    const heard = () => {
      clearTimeout(silent);
      silent = setTimeout(() => controller.abort(), feed.silentMs);
    };
    try {
      heard();
      const { body } = await feed.open(controller.signal);
      if (!body) return false;
      for await (const [name, data] of eventsOf(body, heard)) {
        if (reading !== controller) return false;
        pause = RETRY_MIN_MS;
        feed.onConnection(true);
        feed.onEvent(name, data);
      }
      return true;
    } catch {
      // Whatever went wrong, it is tried again.
      return false;
    } finally {
      clearTimeout(silent);
    }
  }

  function end(): void {
    clearTimeout(timer);
    reading?.abort();
    reading = undefined;
    feed.onConnection(false);
  }

  function onVisibility(): void {
    if (document.hidden) end();
    else start();
  }

  document.addEventListener('visibilitychange', onVisibility);
  start();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    end();
  };
}

/** The events of a stream, each with its name; `heard` is called whatever comes, comments included. */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  heard: () => void,
): AsyncGenerator<[name: string, data: string]> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let text = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      heard();
      const blocks = (text + value).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const lines = block.split('\n');
        const valueOf = (field: string) =>
          lines
            .filter((line) => line.startsWith(`${field}: `))
            .map((line) => line.slice(field.length + 2));
        const data = valueOf('data');
        if (data.length > 0) yield [valueOf('event')[0] ?? 'message', data.join('\n')];
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
