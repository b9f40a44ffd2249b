/** Dead letters: entries that were given up, kept with the reason until somebody decides. */
import type { Redis } from 'ioredis';
import { toFields, type Fields, type RawEntry } from './wire.ts';
import type { GroupRef } from './pending.ts';

/** The stream of a group's dead letters; the braces keep it in the cluster slot of its stream. */
export function deadLetterStream(stream: string, group: string): string {
  return `{${stream}}:dead:${group}`;
}

/** An entry that was given up. */
export interface DeadLetter {
  /** The id of the dead letter itself. */
  id: string;
  /** The id that the entry had in its stream. */
  originId: string;
  stream: string;
  group: string;
  fields: Fields;
  error: string;
  attempts: number;
  /** When the entry was first given to a handler and when it was given up, ms since the epoch. */
  firstAt: number;
  lastAt: number;
}

/**
 * The letter is written and the entry acknowledged as one, and only while the entry is pending: an
 * answer that was lost on its way back must not make a second letter.
 */
const BURY = `
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1) == 0 then return false end
local id = redis.call('XADD', KEYS[2], '*', unpack(ARGV, 3))
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return id`;

/** Moves a pending entry to the dead letters of its group. Gives the letter's id. */
export async function bury(ref: GroupRef, letter: Omit<DeadLetter, 'id'>): Promise<string | null> {
  const id = await ref.redis.eval(
    BURY,
    2,
    ref.stream,
    deadLetterStream(ref.stream, ref.group),
    ref.group,
    letter.originId,
    ...toList(letter),
  );
  return id as string | null;
}

export interface DeadLetters {
  /** Up to `count` letters, oldest first, from the id `from` on. */
  list(from: string, count: number): Promise<DeadLetter[]>;
  /** The letters with these ids, as far as they exist. */
  get(ids: readonly string[]): Promise<DeadLetter[]>;
  count(): Promise<number>;
  /** Removes letters. Gives how many there were. */
  discard(ids: readonly string[]): Promise<number>;
}

/** The dead letters of a group of the stream with the given key. */
export function createDeadLetters(redis: Redis, stream: string, group: string): DeadLetters {
  const key = deadLetterStream(stream, group);
  return {
    async list(from, count) {
      return (await redis.xrange(key, from, '+', 'COUNT', count)).map(toLetter);
    },
    async get(ids) {
      const found = await Promise.all(ids.map((id) => redis.xrange(key, id, id)));
      return found.flat().map(toLetter);
    },
    count: () => redis.xlen(key),
    discard: async (ids) => (ids.length === 0 ? 0 : redis.xdel(key, ...ids)),
  };
}

function toList(letter: Omit<DeadLetter, 'id'>): string[] {
  return Object.entries({ ...letter, fields: JSON.stringify(letter.fields) }).flatMap(
    ([name, value]) => [name, String(value)],
  );
}

function toLetter([id, list]: RawEntry): DeadLetter {
  const {
    originId = '',
    stream = '',
    group = '',
    fields = '{}',
    error = '',
    ...times
  } = toFields(list);
  return {
    id,
    originId,
    stream,
    group,
    fields: JSON.parse(fields) as Fields,
    error,
    attempts: Number(times['attempts']),
    firstAt: Number(times['firstAt']),
    lastAt: Number(times['lastAt']),
  };
}
