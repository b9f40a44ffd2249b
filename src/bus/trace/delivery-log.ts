/**
 * Which deliveries were handled, when, and how long that took: one stream for all groups, of compact records
 * that a process writes a few times a second at most. What failed has its own log, by keys.
 */
import { hash } from 'node:crypto';
import type { RedisClient } from '../connections.ts';
import type { Delivery } from '../consume/in-flight.ts';
import { toFields } from '../contract/wire.ts';
import type { Log, Subscribed } from '../observer.ts';
import { timeOf } from '../replies.ts';

/** How long a handled delivery waits for others to be written with, in ms. */
export const LINGER_MS = 250;
/** Characters of a record at most: about a node of a stream, so that few nodes tell the size of all. */
const RECORD_LENGTH = 4000;
/** Characters that wait to be written at most; what comes beyond while Redis is slow is left out. */
const MAX_WAITING = 1_048_576;
/** So many characters after the last look, the size of the log is looked at, as often as this fits into it. */
const LOOKS = 64;
/** Records that are read at a time. */
const PAGE = 100;
/** Characters of a key's hash: two of a million keys have the same by a chance of one to 500. */
const HASH_LENGTH = 8;

/** What is beyond the size goes, the oldest first, and some more, so that it need not be done at once again. */
const FIT = `
local bytes = redis.call('MEMORY', 'USAGE', KEYS[1], 'SAMPLES', 50)
local max = tonumber(ARGV[1])
if not bytes or bytes <= max then return 0 end
local kept = math.floor(redis.call('XLEN', KEYS[1]) * 0.9 * max / bytes)
return redis.call('XTRIM', KEYS[1], 'MAXLEN', '=', kept)`;

/** A call of a handler: when it began, in ms since the epoch, and how long it took. */
export interface HandlerCall {
  startedAt: number;
  durationMs: number;
}

/** A delivery that was handled. */
export interface HandledDelivery extends Subscribed, HandlerCall {
  entryId: string;
  /** Which delivery of the entry it was, from 1. */
  attempt: number;
}

export interface DeliveryLog {
  /** Takes in what one call has handled. It is written soon, as far as Redis can be reached. */
  handled(where: Subscribed, deliveries: readonly Delivery[], call: HandlerCall): void;
  /**
   * The handled deliveries of a key in the records from the id `from` on. Gives with each page of records
   * where to go on; null: there are no more.
   */
  read(key: string, from: string): Promise<{ found: HandledDelivery[]; next: string | null }>;
  /** Writes what waits, once. */
  close(): Promise<void>;
}

/** Keeps nothing: for subscriptions that read again what was handled before. */
export const NO_DELIVERY_LOG: DeliveryLog = {
  handled: () => undefined,
  read: () => Promise.resolve({ found: [], next: null }),
  close: () => Promise.resolve(),
};

/** `maxBytes` is what the log may take of the memory of Redis, beyond which its oldest records go. */
export function createDeliveryLog(
  redis: RedisClient,
  streamKey: string,
  maxBytes: number,
  log: Log,
): DeliveryLog {
  /** Lines by the stream and the group, which stand before them in a record. */
  let waiting = new Map<string, string[]>();
  let length = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let unlooked = 0;

  async function write(): Promise<void> {
    timer = undefined;
    const [lines, written] = [waiting, length];
    [waiting, length] = [new Map(), 0];
    try {
      await Promise.all(toRecords(lines).map((record) => redis.xadd(streamKey, '*', ...record)));
      unlooked += written;
      if (unlooked < maxBytes / LOOKS) return;
      unlooked = 0;
      await redis.eval(FIT, 1, streamKey, maxBytes);
    } catch (err) {
      log.debug({ err }, 'what was handled could not be recorded');
    }
  }

  function begin(): void {
    writing = writing.then(write);
  }

  return {
    handled({ stream, group }, deliveries, { startedAt, durationMs }) {
      if (deliveries.length === 0 || length > MAX_WAITING) return;
      const name = `${stream} ${group}`;
      const lines = waiting.get(name) ?? [];
      waiting.set(name, lines);
      const took = Math.round(durationMs * 10) / 10;
      for (const { entryId, key, deliveries: attempt, settle } of deliveries) {
        const waited = startedAt - timeOf(entryId);
        // One that was a dead letter had used up the others.
        const which = settle ? attempt + 1 : attempt;
        const line = `${entryId} ${hashOf(key)} ${waited} ${took} ${which}`;
        length += line.length + 1;
        lines.push(line);
      }
      timer ??= setTimeout(begin, LINGER_MS).unref();
    },
    async read(key, from) {
      const records = await redis.xrange(streamKey, from, '+', 'COUNT', PAGE);
      const mark = ` ${hashOf(key)} `;
      const found = records.flatMap(([, list]) => parseRecord(list, mark));
      const last = records.length === PAGE ? records.at(-1)?.[0] : undefined;
      return { found, next: last === undefined ? null : `(${last}` };
    },
    async close() {
      clearTimeout(timer);
      begin();
      await writing;
    },
  };
}

/** A key is somebody's id, perhaps: it is told from others, not told. */
function hashOf(key: string): string {
  return hash('sha1', key, 'base64url').slice(0, HASH_LENGTH);
}

/** Lines as the fields of records, each of which is as long as a record may be. */
function toRecords(waiting: ReadonlyMap<string, readonly string[]>): string[][] {
  const records: string[][] = [];
  let length = RECORD_LENGTH;
  for (const [name, lines] of waiting)
    for (const line of lines) {
      if (length + line.length > RECORD_LENGTH) {
        records.push([]);
        length = 0;
      }
      const record = records.at(-1)!;
      if (record.at(-2) === name) record.push(`${record.pop()}\n${line}`);
      else record.push(name, line);
      length += line.length + 1;
    }
  return records;
}

/** The deliveries of a record whose lines have the mark. */
function parseRecord(list: readonly string[], mark: string): HandledDelivery[] {
  return Object.entries(toFields(list)).flatMap(([name, text]) => {
    if (!text.includes(mark)) return [];
    const [stream = '', group = ''] = name.split(' ');
    const lines = text.split('\n').filter((line) => line.includes(mark));
    return lines.map((line) => {
      const [entryId = '', , waited, took, attempt] = line.split(' ');
      const startedAt = timeOf(entryId) + Number(waited);
      return {
        stream,
        group,
        entryId,
        startedAt,
        durationMs: Number(took),
        attempt: Number(attempt),
      };
    });
  });
}
