/** Looking keys up in Redis in company: what is asked for at the same time goes out as one MGET. */
import { Cluster } from 'ioredis';
import { groupCommit, type RedisClient } from '../bus/index.ts';

/** Makes what gives the text of a key, or null; rejects where Redis is away. */
export function createGet(redis: RedisClient): (key: string) => Promise<string | null> {
  return groupCommit(async (keys) => {
    const unique = [...new Set(keys)];
    const texts =
      redis instanceof Cluster ? await getEach(redis, unique) : await redis.mget(unique);
    if (unique.length === 1) return keys.map(() => texts[0]!);
    const found = new Map(unique.map((key, i) => [key, texts[i]!]));
    return keys.map((key) => found.get(key)!);
  });
}

/** Keys of a cluster live on several servers, of which one may be away. */
function getEach(cluster: Cluster, keys: readonly string[]): Promise<(string | null | Error)[]> {
  return Promise.all(keys.map((key) => cluster.get(key).catch((error: Error) => error)));
}
