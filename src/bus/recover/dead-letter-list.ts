/** The dead letters of a group as an operator has them: in pages, whole, counted, removed. */
import type { RedisClient } from '../connections.ts';
import type { RawEntry } from '../replies.ts';
import { deadLetterStream, toDeadLetter, type DeadLetter } from './dead-letter.ts';
import { createReplayErrors } from './replay-errors.ts';

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
  const replayErrors = createReplayErrors(redis, stream, group);

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
    async discard(ids) {
      if (ids.length === 0) return 0;
      const discarded = await redis.xdel(key, ...ids);
      await replayErrors.forget(ids);
      return discarded;
    },
    async discardOldest(count) {
      const discarded = (await redis.eval(DISCARD_OLDEST, 1, key, count)) as number;
      const { letters } = await page('-', 1, 1);
      await replayErrors.forgetBefore(letters[0]?.id);
      return discarded;
    },
  };
}
