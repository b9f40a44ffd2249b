/** The errors of dead letters that were handled again in vain, kept beside them: an entry of a stream never changes. */
import { keyBeside, type RedisClient } from '../connections.ts';
import { compareIds } from '../replies.ts';
import { deadLetterStream } from './dead-letter.ts';
import { ERROR_LENGTH } from './failure-log.ts';

/** Errors of one dead letter that are kept: the newest. */
const KEPT = 5;
/** Errors that one step of a sweep looks at. */
const SWEPT = 500;

/** What came of handling a dead letter again. */
export interface ReplayErrors {
  /** How often it failed again. */
  attempts: number;
  /** The newest errors, oldest first, each with when it came, in ms since the epoch. */
  errors: { at: number; error: string }[];
}

const NONE: ReplayErrors = { attempts: 0, errors: [] };

/** An error is kept only while its dead letter is there. */
const RECORD = `
for i = 1, #ARGV, 2 do
  if #redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i]) > 0 then
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
  end
end`;

export interface ReplayErrorStore {
  record(failed: readonly { id: string; error: string }[]): Promise<void>;
  of(id: string): Promise<ReplayErrors>;
  /** Forgets those of dead letters that are gone. */
  forget(ids: readonly string[]): Promise<void>;
  /** Forgets those of all dead letters before the one with the id; without one, of all. */
  forgetBefore(id: string | undefined): Promise<void>;
}

/** The key of the errors of a group's dead letters. */
export function replayErrorsKey(stream: string, group: string): string {
  return keyBeside(stream, `dead-errors:${group}`);
}

export function createReplayErrors(
  redis: RedisClient,
  stream: string,
  group: string,
): ReplayErrorStore {
  const key = replayErrorsKey(stream, group);
  return {
    async record(failed) {
      if (failed.length === 0) return;
      const at = Date.now();
      const before = await redis.hmget(key, ...failed.map(({ id }) => id));
      const values = failed.flatMap(({ id, error }, i) => {
        const { attempts, errors } = read(before[i]);
        const kept = [...errors, { at, error: error.slice(0, ERROR_LENGTH) }].slice(-KEPT);
        return [id, JSON.stringify({ attempts: attempts + 1, errors: kept })];
      });
      await redis.eval(RECORD, 2, deadLetterStream(stream, group), key, ...values);
    },
    of: async (id) => read(await redis.hget(key, id)),
    async forget(ids) {
      if (ids.length > 0) await redis.hdel(key, ...ids);
    },
    async forgetBefore(id) {
      if (id === undefined) return void (await redis.del(key));
      for (let cursor = '0'; ;) {
        const [next, pairs] = await redis.hscan(key, cursor, 'COUNT', SWEPT);
        const gone = pairs.filter((one, i) => i % 2 === 0 && compareIds(one, id) < 0);
        if (gone.length > 0) await redis.hdel(key, ...gone);
        if (next === '0') return;
        cursor = next;
      }
    },
  };
}

function read(text: string | null | undefined): ReplayErrors {
  return text ? (JSON.parse(text) as ReplayErrors) : NONE;
}
