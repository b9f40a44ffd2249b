/**
 * What pictures by their content cost of the limit: nothing, where they are there. A page shows dozens, and
 * many people look at pages behind one address; and such a picture is read by its name alone, whoever asks. One
 * that is not there is counted, so that nobody looks for pictures for nothing.
 */
import { LRUCache } from 'lru-cache';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { picturePath } from './paths.ts';
import type { RateLimit } from './rate-limit.ts';

/** Pictures that a process remembers to be there. */
const KNOWN = 50_000;

const NOT_FOUND = 404;

export function createPictureLimit(limit: RateLimit) {
  const known = new LRUCache<string, true>({ max: KNOWN });
  /** Whom to count a request by, should there be no such picture. */
  const asking = new WeakMap<FastifyRequest, { sessionId: string | undefined }>();

  return {
    /** Whether it is for a picture that is known to be there, which needs no session and is never refused. */
    isFree(request: FastifyRequest): boolean {
      const path = picturePath(request);
      return path !== undefined && known.has(path);
    },
    /**
     * Whether it is for a picture, which then is counted after its answer, if at all.
     *
     * @throws DomainError 429 where the client has reached its limit: nothing is looked up for it
     */
    takes(request: FastifyRequest, sessionId: string | undefined): boolean {
      if (picturePath(request) === undefined) return false;
      limit.refuse(request, sessionId);
      asking.set(request, { sessionId });
      return true;
    },
    async noteAnswer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
      const path = picturePath(request);
      if (path === undefined) return;
      const { statusCode } = reply;
      if (statusCode < 400) known.set(path, true);
      else if (statusCode === NOT_FOUND) {
        known.delete(path);
        const by = asking.get(request);
        asking.delete(request);
        // It was looked for already: that it is one too many tells the next.
        if (by) await limit.count(request, reply, by.sessionId);
      }
    },
  };
}
