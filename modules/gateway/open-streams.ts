/** Streams of events that are open: each ends with the session in which it was asked for. */
import { PassThrough, Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface OpenStreams {
  /** Notes streams of events as they are answered, whichever process sends them. */
  note(app: FastifyInstance): void;
  /** Ends the streams of sessions that are over: signed out, revoked in any process, or too old. */
  endOfEnded(): Promise<void>;
}

/** What sessions of a kind are known by. */
export interface StreamSessions {
  /** The hash of the token that a request was let in by; undefined where it is of no such session. */
  tokenHashOf: (request: FastifyRequest) => string | undefined;
  isOpen: (tokenHash: string) => Promise<boolean>;
}

/** The streams that sessions of a kind have open. `stopping` ends all of them. */
export function createOpenStreams(
  { tokenHashOf, isOpen }: StreamSessions,
  stopping: AbortSignal,
): OpenStreams {
  /** By the hash of a session's token: what ends its streams. */
  const open = new Map<string, Set<() => void>>();
  const endAll = (): void => open.forEach((ends) => ends.forEach((end) => end()));
  return {
    note(app) {
      // Without this, stopping would wait for streams that other processes send.
      stopping.addEventListener('abort', endAll, { once: true });
      app.addHook('onSend', (request, reply, payload, done) => {
        const tokenHash = tokenHashOf(request);
        const isStream = String(reply.getHeader('content-type')).startsWith('text/event-stream');
        if (tokenHash === undefined || !isStream || !(payload instanceof Readable))
          return done(null, payload);
        const ends = open.get(tokenHash) ?? new Set();
        open.set(tokenHash, ends);
        const { stream, end } = endable(payload);
        // The connection ends with the stream, so that no stopping process waits for it.
        reply.header('connection', 'close');
        ends.add(end);
        stream.once('close', () => {
          ends.delete(end);
          if (ends.size === 0 && open.get(tokenHash) === ends) open.delete(tokenHash);
        });
        return done(null, stream);
      });
    },
    async endOfEnded() {
      for (const [tokenHash, ends] of open)
        if (!(await isOpen(tokenHash))) for (const end of ends) end();
    },
  };
}

/** A stream with what ends it as if it had come to its end. */
function endable(source: Readable): { stream: Readable; end: () => void } {
  const stream = source.pipe(new PassThrough());
  const end = (): void => {
    source.unpipe(stream);
    stream.end();
  };
  source.once('error', (error) => stream.destroy(error)).once('close', end);
  stream.once('close', () => source.destroy());
  return { stream, end };
}
