/** What failed on the way of an event, by the event's key, kept for a while for whoever asks. */
import type { RedisClient } from '../connections.ts';
import type { Log } from '../observer.ts';
import type { Event } from '../contract/event.ts';
import type { Subscribed } from '../observer.ts';
import { NAME_LENGTH } from '../contract/wire.ts';
import type { HandlerCall } from '../trace/delivery-log.ts';

/** Failures of one key that are kept: the newest. */
const KEPT = 100;
/** How long after the newest failure of a key they are kept, in ms: a week. */
const KEPT_MS = 604_800_000;
/** Characters of an error that are kept. */
export const ERROR_LENGTH = 500;

/** Which event an entry has; what a malformed one does not say is undefined. */
export type EventRef = Pick<Event, 'eventId'> & {
  key: string | undefined;
  type: string | undefined;
};

/**
 * A delivery that failed; `startedAt` and `durationMs` are not known of one that was given to no handler, and
 * of what an earlier Millrace has recorded.
 */
export interface Failure extends Subscribed, Partial<HandlerCall> {
  entryId: string;
  eventId: string;
  type?: string;
  /** When it failed, in ms since the epoch. */
  at: number;
  /** Which delivery it was, from 1. */
  attempt: number;
  /** That it was `deferred` counts as no delivery: a store was away. */
  outcome: 'retried' | 'deferred' | 'dead-lettered';
  error: string;
}

export interface FailureLog {
  /** Records a failure soon, as far as Redis can be reached; one without a key is skipped. */
  record(
    event: EventRef,
    failure: Omit<Failure, 'eventId' | 'type' | 'at' | 'error'> & { error: Error },
  ): void;
  /** The failures of a key, oldest first. */
  of(key: string): Promise<Failure[]>;
}

/** `keyOf` gives the key of the list in Redis that holds the failures of an event's key. */
export function createFailureLog(
  redis: RedisClient,
  keyOf: (key: string) => string,
  log: Log,
): FailureLog {
  async function write(key: string, failure: Failure): Promise<void> {
    const results = await redis
      .pipeline()
      .rpush(keyOf(key), JSON.stringify(failure))
      .ltrim(keyOf(key), -KEPT, -1)
      .pexpire(keyOf(key), KEPT_MS)
      .exec();
    for (const [error] of results ?? []) if (error) throw error;
  }

  return {
    record({ key, eventId, type }, { error, ...failure }) {
      if (key === undefined || key === '' || key.length > NAME_LENGTH) return;
      const at = Date.now();
      const text = error.message.slice(0, ERROR_LENGTH);
      const about = {
        eventId: eventId.slice(0, NAME_LENGTH),
        ...(type && { type: type.slice(0, NAME_LENGTH) }),
      };
      write(key, { ...failure, ...about, at, error: text }).catch((err: unknown) =>
        log.debug({ err, key, eventId }, 'a failure could not be recorded'),
      );
    },
    async of(key) {
      const texts = await redis.lrange(keyOf(key), 0, -1);
      return texts.map((text) => JSON.parse(text) as Failure);
    },
  };
}
