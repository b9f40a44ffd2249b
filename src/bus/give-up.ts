/** Giving an entry up: from the pending entries to the dead letters, with the reason. */
import { bury } from './dead-letter.ts';
import { ERROR_LENGTH, type About, type FailureLog } from './failure-log.ts';
import { asError } from './handler.ts';
import type { Log } from './log.ts';
import type { BusObserver, Subscribed } from './observer.ts';
import type { GroupRef } from './pending.ts';
import { toFields, type Fields } from './wire.ts';

export interface GivenUp {
  originId: string;
  /** The entry's fields, where they are at hand; else they are read from the stream. */
  fields?: Fields;
  /** The event, as far as the entry says which it is. */
  about: About;
  attempts: number;
  /** When this process received it, in ms since the epoch. */
  firstAt: number;
  error: Error;
}

/**
 * Makes the function that gives an entry up. It never rejects: a letter that could not be written
 * leaves its entry pending, where it is claimed and tried again later.
 */
export function createGiveUp(options: {
  ref: GroupRef;
  where: Subscribed;
  observer: BusObserver;
  failures: FailureLog;
  log: Log;
}): (given: GivenUp) => Promise<void> {
  const { ref, where, observer, failures, log } = options;

  async function read(entryId: string): Promise<Fields> {
    const [entry] = await ref.redis.xrange(ref.stream, entryId, entryId);
    return toFields(entry?.[1] ?? []);
  }

  return async ({ originId: entryId, fields, about, attempts, firstAt, error }) => {
    const what = { err: error, ...where, entryId, attempts };
    try {
      const id = await bury(ref, {
        originId: entryId,
        ...where,
        fields: fields ?? (await read(entryId)),
        error: error.message.slice(0, ERROR_LENGTH),
        attempts,
        firstAt,
        lastAt: Date.now(),
      });
      if (id === null) return;
      observer.deadLettered(where);
      const outcome = 'dead-lettered';
      failures.note(about, { ...where, entryId, attempt: attempts, outcome, error });
      log.error({ ...what, deadLetter: id }, 'the entry is now a dead letter');
    } catch (burying) {
      log.warn({ ...what, err: asError(burying) }, 'the dead letter could not be written yet');
    }
  };
}
