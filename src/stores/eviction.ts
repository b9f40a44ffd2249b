/** Redis must not evict streams: it is cache and log at once here. */
import type { FastifyBaseLogger } from 'fastify';
import type { Redis } from 'ioredis';
import { serversOf, type RedisClient } from '../bus/index.ts';

/**
 * Refuses a Redis that may delete streams when its memory is full. `volatile-*` policies delete only
 * keys with a time to live, which streams do not have.
 *
 * @throws Error with the command that mends it
 */
export async function checkEviction(redis: RedisClient, log: FastifyBaseLogger): Promise<void> {
  const policies = await Promise.all(serversOf(redis).map(readPolicy));
  if (policies.includes(undefined)) {
    log.warn(
      'this Redis does not tell its maxmemory-policy; see to it that it is noeviction or volatile-*',
    );
    return;
  }
  const policy = policies.find((one) => one?.startsWith('allkeys-'));
  if (policy === undefined) return;
  throw new Error(
    `Redis has maxmemory-policy ${policy} and would delete streams with events in them. ` +
      'Mend it with: redis-cli CONFIG SET maxmemory-policy noeviction (and in redis.conf).',
  );
}

/** From INFO, since managed services may forbid CONFIG. */
async function readPolicy(redis: Redis): Promise<string | undefined> {
  return /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1];
}
