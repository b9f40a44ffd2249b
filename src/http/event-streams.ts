/** Streams of server-sent events that are open: known, so that they can be bounded, and ended with the process. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** How long a stream is kept open, in ms; the client then comes again. */
const OPEN_MS = 1_800_000;
/** How long a client that has stopped reading is waited for at the end, in ms. */
const LINGER_MS = 1000;

export interface EventStreams<Owner> {
  /** Whose streams are open. */
  owners(): Owner[];
  /** Answers with the text that comes, until that ends or the signal that it is made with. */
  send(
    reply: Pick<FastifyReply, 'raw' | 'type'>,
    owner: Owner,
    text: (over: AbortSignal) => AsyncIterable<string>,
  ): FastifyReply;
}

/** `signal` ends all of them: without it, stopping would wait for every client. */
export function createEventStreams<Owner>(
  signal: AbortSignal,
  openMs = OPEN_MS,
): EventStreams<Owner> {
  /** What ends each stream that is open, with whose it is. */
  const open = new Map<() => void, Owner>();
  signal.addEventListener('abort', () => open.forEach((_owner, end) => end()), { once: true });

  /** Counts a stream among those that are open, until its client leaves. Gives what then ends it. */
  function admit(owner: Owner, raw: NodeJS.WritableStream & { destroyed: boolean }): AbortSignal {
    const over = new AbortController();
    const end = (): void => over.abort();
    const timer = setTimeout(end, openMs);
    open.set(end, owner);
    const closed = (): void => {
      open.delete(end);
      clearTimeout(timer);
      end();
    };
    raw.once('close', closed);
    if (raw.destroyed || signal.aborted) closed();
    return over.signal;
  }

  return {
    owners: () => [...open.values()],
    send(reply, owner, text) {
      const over = admit(owner, reply.raw);
      const body = Readable.from(text(over));
      over.addEventListener('abort', () => {
        setTimeout(() => body.destroy(), LINGER_MS).unref();
      });
      return reply
        .type('text/event-stream')
        .headers({
          'cache-control': 'no-cache',
          'x-accel-buffering': 'no',
          // The connection ends with the stream, so that no stopping process waits for it.
          connection: 'close',
        })
        .send(body);
    },
  };
}
