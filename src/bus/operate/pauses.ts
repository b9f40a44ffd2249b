/**
 * Pausing consumer groups: which are paused stands in Redis beside their stream, and every process that reads
 * the stream looks there now and then. A Redis that comes back empty has paused nothing.
 */
import { keyBeside, type RedisClient } from '../connections.ts';
import type { Log } from '../observer.ts';
import { periodic, type Periodic } from '../scheduling.ts';

/** How often a process looks which of its groups are paused, in ms: an operator waits for it. */
const LOOK_EVERY_MS = 500;

/** Where it stands which groups of a stream are paused. */
export function pausedKey(stream: string): string {
  return keyBeside(stream, 'paused');
}

export interface Pauses {
  /** The groups of a stream that are paused, each since when, in ms since the epoch. */
  of(stream: string): Promise<ReadonlyMap<string, number>>;
  /** Pauses a group; one that is paused stays as it is. */
  pause(stream: string, group: string): Promise<void>;
  resume(stream: string, group: string): Promise<void>;
}

/** `keyOf` gives the key of a stream in Redis. */
export function createPauses(redis: RedisClient, keyOf: (stream: string) => string): Pauses {
  const key = (stream: string): string => pausedKey(keyOf(stream));
  return {
    async of(stream) {
      const times = Object.entries(await redis.hgetall(key(stream)));
      return new Map(times.map(([group, at]) => [group, Number(at)]));
    },
    pause: async (stream, group) => void (await redis.hsetnx(key(stream), group, Date.now())),
    resume: async (stream, group) => void (await redis.hdel(key(stream), group)),
  };
}

/** Whom a pause holds up. */
export interface Pausable {
  readonly stream: string;
  readonly group: string;
  /** Takes no more entries, or takes them again; what is in flight is not touched. */
  setPaused(isPaused: boolean): void;
}

export interface PauseWatch extends Periodic {
  /** Looks at once, and has those who read obey. */
  look(): Promise<void>;
}

/** Has the subscriptions of this process obey the pauses of their groups: all of a stream by one question. */
export function createPauseWatch(options: {
  pauses: Pick<Pauses, 'of'>;
  subscriptions: readonly Pausable[];
  log: Log;
}): PauseWatch {
  const { pauses, subscriptions, log } = options;

  async function look(): Promise<void> {
    const ofStreams = Map.groupBy(subscriptions, ({ stream }) => stream);
    await Promise.all(
      [...ofStreams].map(async ([stream, readers]) => {
        const paused = await pauses.of(stream);
        for (const reader of readers) reader.setPaused(paused.has(reader.group));
      }),
    );
  }

  const what = 'looking which groups are paused';
  return { ...periodic({ everyMs: LOOK_EVERY_MS, work: look, what, log }), look };
}
