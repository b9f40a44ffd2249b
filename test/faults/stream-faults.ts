/** What is done to the streams themselves: copies in another order, groups destroyed, all flushed. */
import type { Redis } from 'ioredis';
import type { RedisClient } from '../../src/bus/index.ts';
import { readLetters, type Letter } from './letters.ts';
import { MARK, markLost, type Poison } from './poison.ts';
import type { Random } from './random.ts';
import { GROUPS, STREAMS } from './topology.ts';

/** How far back entries are copied, and how many of each stream at most. */
const REACH = 300;
const COPIES = 40;

/** Appends copies of earlier entries of every stream, in another order than they were in. */
export async function copyEntries(redis: RedisClient, random: Random): Promise<void> {
  for (const stream of STREAMS) {
    const entries = (await redis.xrevrange(stream, '+', '-', 'COUNT', REACH))
      .map(([, list]) => list)
      .filter((list) => !list.includes(MARK));
    const pipeline = redis.pipeline();
    for (const list of random.shuffle(entries).slice(0, random.between(COPIES / 4, COPIES)))
      pipeline.xadd(stream, '*', ...list);
    await pipeline.exec();
  }
}

/** Destroys a consumer group while it is read. */
export async function destroyGroup(redis: RedisClient, random: Random): Promise<void> {
  const { stream, group } = random.pick(GROUPS);
  // Right after a flush nobody may have made the stream again yet.
  if ((await redis.exists(stream)) === 1) await redis.xgroup('DESTROY', stream, group);
}

/**
 * Empties a server. Poison that was in it is gone with everything else; the dead letters are noted before,
 * for the books.
 */
export async function flush(
  server: Redis,
  redis: RedisClient,
  { poisons, lettersBefore }: { poisons: readonly Poison[]; lettersBefore: Letter[] },
): Promise<void> {
  const before = await readLetters(redis);
  await server.flushall();
  const kept = new Set((await readLetters(redis)).map(({ id, group }) => `${group} ${id}`));
  lettersBefore.push(...before.filter(({ id, group }) => !kept.has(`${group} ${id}`)));
  await markLost(redis, poisons);
}
