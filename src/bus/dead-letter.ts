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

/** Up to `count` dead letters, oldest first, from the id `from` on. */
export async function listDeadLetters(
  redis: Redis,
  stream: string,
  group: string,
  from = '-',
  count = 100,
): Promise<DeadLetter[]> {
  const entries = await redis.xrange(deadLetterStream(stream, group), from, '+', 'COUNT', count);
  return entries.map(toLetter);
}

/** Removes dead letters. Gives how many there were. */
export async function discardDeadLetters(
  redis: Redis,
  stream: string,
  group: string,
  ids: readonly string[],
): Promise<number> {
  return ids.length === 0 ? 0 : redis.xdel(deadLetterStream(stream, group), ...ids);
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
