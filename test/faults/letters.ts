/** Dead letters as they stand in Redis, read past the code that wrote them. */
import type { RedisClient } from '../../src/bus/index.ts';
import { toEntry, type Entry } from './fields.ts';
import { deadLettersOf, GROUPS } from './topology.ts';

/** Entries read at a time. */
const PAGE = 5000;

export interface Letter {
  id: string;
  stream: string;
  group: string;
  originId: string;
  fields: Record<string, string>;
  error: string;
}

/** The dead letters of all groups. */
export async function readLetters(redis: RedisClient): Promise<Letter[]> {
  const ofGroups = GROUPS.map(async ({ stream, group }) => {
    const entries = await readStream(redis, deadLettersOf({ stream, group }));
    return entries.map(({ id, fields: { originId = '', fields = '{}', error = '' } }) => ({
      id,
      stream,
      group,
      originId,
      fields: JSON.parse(fields) as Record<string, string>,
      error,
    }));
  });
  return (await Promise.all(ofGroups)).flat();
}

/** Every entry of a stream, a page at a time. */
export async function readStream(redis: RedisClient, stream: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let from = '-'; ;) {
    const page = await redis.xrange(stream, from, '+', 'COUNT', PAGE);
    entries.push(...page.map(toEntry));
    if (page.length < PAGE) return entries;
    from = `(${page.at(-1)![0]}`;
  }
}
