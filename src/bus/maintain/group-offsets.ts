/**
 * Consumer groups: creating one, keeping how far it is, to create it anew where it had been, and what becomes of
 * those that nobody reads any more.
 */
import { keyBeside, type RedisClient } from '../connections.ts';
import type { EventContract } from '../contract/event.ts';
import type { Log } from '../observer.ts';
import type { BusOptions } from '../options.ts';
import type { GroupInfo, StreamInfo } from './stream-info.ts';

/**
 * Makes sure that the group exists. A new group starts at `offset`: the beginning of the stream
 * for one that never was, the offset it had reached for one that was lost. Since a group begins
 * behind the given id, and events are handled idempotently, too early is safe and too late is not.
 */
export async function ensureGroup(
  redis: RedisClient,
  stream: string,
  group: string,
  offset: string | null,
): Promise<void> {
  await redis.xgroup('CREATE', stream, group, offset ?? '0', 'MKSTREAM').catch(ignoreExisting);
}

/**
 * Makes sure that the group exists, on a stream that is there already.
 *
 * @throws Error where there is no such stream
 */
export async function requireGroup(
  redis: RedisClient,
  stream: string,
  group: string,
): Promise<void> {
  await redis.xgroup('CREATE', stream, group, '0').catch(ignoreExisting);
}

function ignoreExisting(error: Error): void {
  if (!error.message.startsWith('BUSYGROUP')) throw error;
}

/** Whether Redis says that there is no such group, or no such stream. */
export function isNoGroup(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOGROUP');
}

/** How far each group is, kept beside its stream for the day that Redis loses the group. */
export interface GroupOffsets {
  /** Stores the offsets of groups of a stream. */
  store(stream: string, offsets: Readonly<Record<string, string>>): Promise<unknown>;
  of(stream: string, group: string): Promise<string | null>;
  /** The offsets of a stream by their groups. */
  all(stream: string): Promise<Map<string, string>>;
  forget(stream: string, group: string): Promise<unknown>;
}

/** `keyOf` gives the key of a stream in Redis. */
export function createGroupOffsets(
  redis: RedisClient,
  keyOf: (stream: string) => string,
): GroupOffsets {
  // They are lost and rolled back with the stream: an offset that it has not reached would skip entries.
  const key = (stream: string): string => keyBeside(keyOf(stream), 'positions');
  return {
    store: (stream, offsets) => redis.hset(key(stream), offsets),
    of: (stream, group) => redis.hget(key(stream), group),
    all: async (stream) => new Map(Object.entries(await redis.hgetall(key(stream)))),
    forget: (stream, group) => redis.hdel(key(stream), group),
  };
}

/** The events that each module listens to, wherever it runs. */
export type Listening = ReadonlyMap<string, readonly Pick<EventContract, 'stream' | 'type'>[]>;

/** Makes the function that gives the modules which listen to events of a type. */
export function readersOf(
  listening: Listening,
): (event: { stream: string; type: string | undefined }) => string[] {
  return ({ stream, type }) =>
    [...listening].flatMap(([module, events]) =>
      events.some((one) => one.stream === stream && one.type === type) ? [module] : [],
    );
}

/** Groups that nobody reads any more, and groups that are gone. */
export interface LeftOverGroups {
  /**
   * Reports groups that are not read any more, and removes those of modules that have stopped listening to
   * the stream: the others keep it from being trimmed, so somebody must decide.
   */
  checkStale(stream: string, info: StreamInfo): Promise<void>;
  /**
   * Gives the offsets of groups that were deleted and may be created anew where they had been, so that what
   * they have not handled stays. One that nobody misses for long was deleted for good.
   */
  offsetsOfGone(stream: string, info: StreamInfo): Promise<string[]>;
}

export function createLeftOverGroups(dependencies: {
  commands: RedisClient;
  keyOf: (stream: string) => string;
  offsets: GroupOffsets;
  listening: Listening;
  options: Pick<BusOptions, 'staleGroupMs'>;
  log: Log;
}): LeftOverGroups {
  const { commands, keyOf, offsets, listening, log } = dependencies;
  const { staleGroupMs } = dependencies.options;
  const reported = new Set<string>();
  /** Groups that are gone, each since when that is known, in ms since the epoch. */
  const goneSince = new Map<string, number>();

  return {
    async checkStale(stream, { groups }) {
      for (const info of groups) {
        const { group, lag, pending, silentMs } = info;
        const name = `${stream} ${group}`;
        if (!isStale(info, staleGroupMs)) reported.delete(name);
        else if (listening.get(group)?.every((one) => one.stream !== stream)) {
          await commands.xgroup('DESTROY', keyOf(stream), group);
          log.info({ stream, group }, 'removed a group whose module listens to the stream no more');
        } else if (!reported.has(name)) {
          reported.add(name);
          const command = `redis-cli XGROUP DESTROY ${keyOf(stream)} ${group}`;
          log.warn(
            { stream, group, lag, pending, silentMs },
            `nobody reads this group; if it is not needed any more: ${command}`,
          );
        }
      }
    },
    async offsetsOfGone(stream, { groups }) {
      const kept: string[] = [];
      for (const [group, offset] of await offsets.all(stream)) {
        const name = `${stream} ${group}`;
        if (groups.some((one) => one.group === group)) {
          goneSince.delete(name);
          continue;
        }
        const since = goneSince.get(name) ?? Date.now();
        goneSince.set(name, since);
        if (Date.now() - since < staleGroupMs) kept.push(offset);
        else {
          await offsets.forget(stream, group);
          goneSince.delete(name);
          log.info({ stream, group }, 'a group is gone for good; nothing is kept for it any more');
        }
      }
      return kept;
    },
  };
}

/** Whether a group has entries to read and nobody has asked for them for long. */
export function isStale(
  { lag, pending, silentMs, oldestUnacknowledgedAt }: GroupInfo,
  afterMs: number,
): boolean {
  if (lag === 0 && pending === 0) return false;
  const waitingMs = oldestUnacknowledgedAt === null ? 0 : Date.now() - oldestUnacknowledgedAt;
  return (silentMs ?? waitingMs) > afterMs;
}
