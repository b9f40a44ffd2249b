/** The dead letters of a group as an operator has them: in pages, counted, handled again, removed. */
import { createDelivery, type Delivery } from '../consume/in-flight.ts';
import type { KeyedQueue } from '../consume/keyed-queue.ts';
import type { Routed } from '../consume/router.ts';
import { ERROR_LENGTH } from './failure-log.ts';
import type { RedisClient } from '../connections.ts';
import type { Fields } from '../contract/event.ts';
import { toEntry, toFields } from '../contract/wire.ts';
import type { GroupRef, RawEntry } from '../replies.ts';
import { deadLetterStream, type DeadLetter } from './dead-letters.ts';

/** Bytes of dead letters that are read at a time; a larger one is read alone. */
const PAGE_BYTES = 1_048_576;
/** Bytes that are shown of each field of one that is larger than that. */
const CUT_BYTES = 65_536;
/** Dead letters that are read at a time. */
const PAGE = 100;

/**
 * XRANGE bounds what it gives by number alone, and one may be megabytes: so they are added
 * up in Redis, and one that does not fit any more is left for the next page. Gives them, the
 * id of the next, and the bytes of the first where that was cut.
 */
const READ = `
local from, count, max, cut = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local letters, sum, cutFrom = {}, 0, false
while true do
  local letter = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', 1)[1]
  if not letter then return {letters, false, cutFrom} end
  local bytes = 0
  for _, text in ipairs(letter[2]) do bytes = bytes + #text end
  sum = sum + bytes
  if #letters > 0 and (#letters == count or sum > max) then return {letters, letter[1], cutFrom} end
  if bytes > max and cut > 0 then
    cutFrom = bytes
    for i, text in ipairs(letter[2]) do letter[2][i] = string.sub(text, 1, cut) end
  end
  letters[#letters + 1] = letter
  from = '(' .. letter[1]
end`;

/** Those that go are not read: they may be megabytes. */
const DISCARD_OLDEST = `
return redis.call('XTRIM', KEYS[1], 'MAXLEN', math.max(0, redis.call('XLEN', KEYS[1]) - ARGV[1]))`;

export interface DeadLetterPage {
  letters: DeadLetter[];
  /** The id of the one that comes next, or null. */
  next: string | null;
}

export interface DeadLetters {
  /**
   * Up to `count` dead letters, oldest first, from the id `from` on: fewer where they are large, and one at
   * least where there is one.
   */
  page(from: string, count: number): Promise<DeadLetterPage>;
  /** Those of such a page. */
  list(from: string, count: number): Promise<DeadLetter[]>;
  /** Up to `count` dead letters from the id `from` on, whole, few at a time. */
  read(from: string, count: number): AsyncGenerator<DeadLetter[]>;
  /** Those with these ids, as far as they exist, likewise. */
  get(ids: readonly string[]): AsyncGenerator<DeadLetter[]>;
  count(): Promise<number>;
  /** Removes some. Gives how many there were. */
  discard(ids: readonly string[]): Promise<number>;
  /** Removes the oldest. Gives how many there were. */
  discardOldest(count: number): Promise<number>;
}

/** The dead letters of a group of the stream with the given key. */
export function createDeadLetters(redis: RedisClient, stream: string, group: string): DeadLetters {
  const key = deadLetterStream(stream, group);

  async function page(from: string, count: number, cut = 0): Promise<DeadLetterPage> {
    const reply = await redis.eval(READ, 1, key, from, count, PAGE_BYTES, cut);
    const [entries, next, cutFrom] = reply as [RawEntry[], string | null, number | null];
    const letters = entries.map((entry) => toDeadLetter(entry, cutFrom ?? undefined));
    return { letters, next };
  }

  return {
    page: (from, count) => page(from, count, CUT_BYTES),
    list: async (from, count) => (await page(from, count, CUT_BYTES)).letters,
    async *read(from, count) {
      let left = count;
      for (let next: string | null = from; next !== null && left > 0;) {
        const found: DeadLetterPage = await page(next, Math.min(left, PAGE));
        if (found.letters.length > 0) yield found.letters;
        left -= found.letters.length;
        next = found.next;
      }
    },
    async *get(ids) {
      let letters: DeadLetter[] = [];
      let bytes = 0;
      for (const id of ids) {
        const [entry] = await redis.xrange(key, id, id);
        if (!entry) continue;
        letters.push(toDeadLetter(entry));
        bytes += entry[1].reduce((sum, { length }) => sum + length, 0);
        if (letters.length < PAGE && bytes < PAGE_BYTES) continue;
        yield letters;
        [letters, bytes] = [[], 0];
      }
      if (letters.length > 0) yield letters;
    },
    count: () => redis.xlen(key),
    discard: async (ids) => (ids.length === 0 ? 0 : redis.xdel(key, ...ids)),
    discardOldest: async (count) => (await redis.eval(DISCARD_OLDEST, 1, key, count)) as number,
  };
}

function toDeadLetter([id, list]: RawEntry, cutFrom?: number): DeadLetter {
  const {
    originId = '',
    stream = '',
    group = '',
    fields = '',
    error = '',
    ...times
  } = toFields(list);
  return {
    id,
    originId,
    stream,
    group,
    fields: parse(fields),
    error,
    attempts: Number(times['attempts']) || 0,
    firstAt: Number(times['firstAt']) || 0,
    lastAt: Number(times['lastAt']) || 0,
    ...(cutFrom !== undefined && { cutFrom }),
  };
}

/** A name and its value, or the beginning of the last value, as JSON. */
const FIELD = /"((?:[^"\\]|\\.)*)":"((?:[^"\\]|\\u[0-9a-f]{4}|\\[^u])*)/g;

/** The fields of a dead letter, also where their JSON ends somewhere. */
function parse(json: string): Fields {
  try {
    return JSON.parse(json) as Fields;
  } catch {
    const found = [...json.matchAll(FIELD)].map((field) =>
      field.slice(1).map((text) => JSON.parse(`"${text}"`) as string),
    );
    return Object.fromEntries(found) as Fields;
  }
}

/** How long dead letters are begun to be handled, in ms; the others are left for another call. */
const BEGIN_MS = 15_000;

/** What became of dead letters that were handled again: those that failed, with the reason. */
export interface ReplayResult {
  replayed: string[];
  failed: { id: string; error: string }[];
}

/**
 * Handles dead letters once more, each in its place among the entries with its key. Those that succeed are
 * dead letters no more. Ends early where it takes long: what is in neither list was not tried.
 */
export async function replayDeadLetters(
  letters: AsyncIterable<DeadLetter[]>,
  { redis, stream, group }: GroupRef,
  route: (entry: RawEntry) => Routed,
  queue: Pick<KeyedQueue<Delivery>, 'add'>,
): Promise<ReplayResult> {
  const result: ReplayResult = { replayed: [], failed: [] };
  const until = Date.now() + BEGIN_MS;
  for await (const batch of letters) {
    const errors = await Promise.all(batch.map(once));
    const replayed = batch.map(({ id }) => id).filter((_, i) => !errors[i]);
    await createDeadLetters(redis, stream, group).discard(replayed);
    result.replayed.push(...replayed);
    batch.forEach(({ id }, i) => {
      const error = errors[i]?.message.slice(0, ERROR_LENGTH);
      if (error !== undefined) result.failed.push({ id, error });
    });
    if (Date.now() > until) break;
  }
  return result;

  function once({ originId, fields, attempts }: DeadLetter): Promise<Error | undefined> {
    const routed = route([originId, toEntry(fields)]);
    if (routed.kind === 'malformed') return Promise.resolve(routed.error);
    if (routed.kind === 'skip')
      return Promise.resolve(new Error(`${group} does not listen to such events any more`));
    const { event, listener } = routed;
    return new Promise((settle) =>
      queue.add([createDelivery(event, listener, attempts, 0, settle)]),
    );
  }
}
