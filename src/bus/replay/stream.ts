/**
 * The stream of one replay: old events for one group alone, beside the stream that all read. One
 * process appends at a time, and only while the stream ends where it left it.
 */
import { keyBeside, type RedisClient } from '../connections.ts';
import { createDeadLetters } from '../recover/dead-letter-list.ts';
import { deadLetterStream } from '../recover/dead-letter.ts';
import { compareIds } from '../replies.ts';
import { inspectStream } from '../maintain/stream-info.ts';
import { trim } from '../maintain/trimming.ts';
import type { Fields } from '../contract/event.ts';
import { toEntry } from '../contract/wire.ts';

const LAST_ID = `
local function lastId()
  if redis.call('EXISTS', KEYS[1]) == 0 then return nil end
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #info, 2 do if info[i] == 'last-generated-id' then return info[i + 1] end end
end
`;

/** How long a replay is kept that nobody asks for, in ms. */
const KEPT_MS = 600_000;

const KEEP = `
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[2], 'sent', 0)
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])`;

const BEGIN = `${LAST_ID}
local last = lastId()
if not last or redis.call('HGET', KEYS[2], 'ended') == last then return false end
redis.call('HDEL', KEYS[2], 'ended')
redis.call('HSET', KEYS[2], 'sent', 0)
return last`;

/** Each entry comes as the number of its fields and values, then these. */
const APPEND = `${LAST_ID}
local id = lastId()
if id ~= ARGV[1] or redis.call('HEXISTS', KEYS[2], 'ended') == 1 then return false end
local i, sent = 2, 0
while i <= #ARGV do
  local count = tonumber(ARGV[i])
  id = redis.call('XADD', KEYS[1], '*', unpack(ARGV, i + 1, i + count))
  i, sent = i + count + 1, sent + 1
end
redis.call('HINCRBY', KEYS[2], 'sent', sent)
return id`;

const END = `${LAST_ID}
if lastId() == ARGV[1] then redis.call('HSET', KEYS[2], 'ended', ARGV[1]) end`;

/** How far a replay is. */
export interface ReplayProgress {
  /** Events that were appended so far. */
  sent: number;
  /** Of these, how many are not handled yet. */
  waiting: number;
  /** All events were appended. */
  appended: boolean;
  /** All were appended, and the effect of each is stored. */
  complete: boolean;
  /** Why an event could not be handled, where that is so. */
  failure: string | undefined;
}

export interface ReplayStream {
  readonly key: string;
  /** Makes the stream and its group, if they are not there, and has Redis keep them for a while. */
  keep(): Promise<void>;
  /** Where to append first; null where the replay is over, or has been appended in full already. */
  begin(): Promise<string | null>;
  /**
   * Appends entries behind `last`. Gives the new last id, or null where the stream does not end
   * there: it is removed, another process has taken over, or Redis has lost the end of it.
   */
  append(last: string, entries: readonly Fields[]): Promise<string | null>;
  /** Marks that all is appended, if the stream still ends with `last`. */
  end(last: string): Promise<void>;
  /** Removes what is handled. Gives how many entries are left, or null where the stream is gone. */
  trim(): Promise<number | null>;
  progress(): Promise<ReplayProgress>;
  remove(): Promise<void>;
}

/** The replay named `run` of the stream with the given key, for one group. */
export function createReplayStream(
  redis: RedisClient,
  streamKey: string,
  group: string,
  run: string,
): ReplayStream {
  const key = keyBeside(streamKey, `replay:${group}:${run}`);
  const state = keyBeside(key, 'notes');
  const script = (text: string, ...values: (string | number)[]): Promise<unknown> =>
    redis.eval(text, 2, key, state, ...values);

  return {
    key,
    keep: async () => void (await script(KEEP, group, KEPT_MS)),
    begin: async () => (await script(BEGIN)) as string | null,
    async append(last, entries) {
      const lists = entries.map(toEntry);
      const values = lists.flatMap((list) => [list.length, ...list]);
      return (await script(APPEND, last, ...values)) as string | null;
    },
    end: async (last) => void (await script(END, last)),
    async trim() {
      const info = await inspectStream(redis, key);
      if (!info) return null;
      return info.length - (await trim(redis, key, info, { maxLength: 0, maxAgeMs: 0 }));
    },
    async progress() {
      const [sent, ended] = await redis.hmget(state, 'sent', 'ended');
      const info = await inspectStream(redis, key);
      const reader = info?.groups.find((one) => one.group === group);
      const appended = info !== undefined && ended === info.lastId;
      const drained =
        reader?.pending === 0 && compareIds(reader.acknowledgedUpTo, info?.lastId ?? '0-0') >= 0;
      const [deadLetter] = await createDeadLetters(redis, key, group).list('-', 1);
      return {
        sent: Number(sent ?? 0),
        waiting: (reader?.lag ?? 0) + (reader?.pending ?? 0),
        appended,
        complete: appended && drained,
        failure: deadLetter?.error,
      };
    },
    remove: async () => void (await redis.del(key, state, deadLetterStream(key, group))),
  };
}
