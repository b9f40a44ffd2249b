/**
 * How many requests a session, or an address without one, may make. Each process counts in its memory and
 * adds that to the count of all, which is in Redis, after 5 s, or sooner where a client asks much.
 */
import { LRUCache } from 'lru-cache';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, type ModuleContext } from '#host';
import { addTo } from './counter.ts';
import type { OriginOf } from './fingerprint.ts';

const WINDOW_MS = 60_000;
/** How long a count may wait before it is added to that of all, in ms. */
const SHARE_AFTER_MS = 5000;
/** The part of the limit that a process may let through besides what Redis knows of. */
const UNSHARED = 1 / 50;
/** Clients whose counts a process remembers; of others it asks Redis anew. */
const CLIENTS = 20_000;

/** What a client has asked for within a window. */
interface Count {
  key: string;
  /** In all processes, as Redis has said. */
  shared: number;
  /** On its way to Redis. */
  sending: number;
  /** Counted here alone. */
  pending: number;
  /** In ms since the epoch. */
  endsAt: number;
}

/**
 * The limit of all processes together, by the session of a request where that is known: `max` a minute; 0
 * sets none. While Redis is away, nobody is limited.
 */
export function createRateLimit(
  { redis, redisKey }: Pick<ModuleContext, 'redis' | 'redisKey'>,
  max: number,
  originOf: OriginOf,
) {
  const unshared = Math.floor(max * UNSHARED);
  const counts = new LRUCache<string, Count>({ max: CLIENTS });
  const waiting = new Set<Count>();

  function countOf(client: string): Count {
    const known = counts.get(client);
    if (known && known.endsAt > Date.now()) return known;
    const key = redisKey(`rate:${client}`);
    const count = { key, shared: 0, sending: 0, pending: 0, endsAt: Date.now() + WINDOW_MS };
    counts.set(client, count);
    return count;
  }

  /** Adds what was counted here to the count of all, and gives that. What Redis does not take is not counted. */
  async function share(count: Count): Promise<number> {
    const added = count.pending;
    count.pending = 0;
    count.sending += added;
    try {
      const all = await addTo(redis, count.key, added, WINDOW_MS);
      count.shared = all.count;
      count.endsAt = Date.now() + all.leftMs;
      return all.count;
    } catch {
      return 0;
    } finally {
      count.sending -= added;
    }
  }

  function shareLater(count: Count): void {
    if (waiting.size === 0) setTimeout(shareWaiting, SHARE_AFTER_MS).unref();
    waiting.add(count);
  }

  function shareWaiting(): void {
    for (const count of waiting) if (count.pending > 0) void share(count);
    waiting.clear();
  }

  const clientOf = (request: FastifyRequest, sessionId: string | undefined): Count =>
    countOf(
      sessionId === undefined ? `address:${originOf(request).address}` : `session:${sessionId}`,
    );
  const isFull = ({ shared, sending, pending }: Count): boolean =>
    shared + sending + pending >= max;
  const leftS = ({ endsAt }: Count): number => Math.max(1, Math.ceil((endsAt - Date.now()) / 1000));

  /** Counts a request, and says in its answer what is left. Gives the count, and whether it is one too many. */
  async function add(request: FastifyRequest, reply: FastifyReply, sessionId: string | undefined) {
    const count = clientOf(request, sessionId);
    let isOver = isFull(count);
    if (!isOver) {
      count.pending += 1;
      if (count.pending <= unshared) shareLater(count);
      else isOver = (await share(count)) > max;
    }
    reply
      .header('x-ratelimit-limit', max)
      .header('x-ratelimit-remaining', Math.max(0, max - count.shared - count.pending))
      .header('x-ratelimit-reset', leftS(count));
    return { count, isOver };
  }

  return {
    /**
     * Counts a request.
     *
     * @throws DomainError 429 where it is one more than the limit
     */
    async take(request: FastifyRequest, reply: FastifyReply, sessionId?: string): Promise<void> {
      if (max === 0) return;
      const { count, isOver } = await add(request, reply, sessionId);
      if (isOver) throw tooMany(max, leftS(count));
    },
    /** Counts a request that has its answer. */
    async count(request: FastifyRequest, reply: FastifyReply, sessionId?: string): Promise<void> {
      if (max > 0) await add(request, reply, sessionId);
    },
    /**
     * Counts nothing.
     *
     * @throws DomainError 429 where a request would be one more than the limit, as far as is known here
     */
    refuse(request: FastifyRequest, sessionId?: string): void {
      if (max === 0) return;
      const count = clientOf(request, sessionId);
      if (isFull(count)) throw tooMany(max, leftS(count));
    },
  };
}

export type RateLimit = ReturnType<typeof createRateLimit>;

function tooMany(max: number, retryAfterS: number): DomainError {
  return new DomainError(
    'too-many-requests',
    'rate-limited',
    `At most ${max} requests a minute are answered; the header Retry-After says when to go on.`,
    { retryAfterS },
  );
}
