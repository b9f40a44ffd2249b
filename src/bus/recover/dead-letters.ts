/**
 * What makes a dead letter: an entry that does not fit its contract, or whose retries are used up. It is kept
 * with the reason until somebody decides.
 */
import type { InFlight } from '../consume/in-flight.ts';
import type { Fields } from '../contract/event.ts';
import { toFields } from '../contract/wire.ts';
import { asError } from '../errors.ts';
import type { BusObserver, Log, Subscribed } from '../observer.ts';
import { ERROR_LENGTH, type EventRef, type FailureLog } from './failure-log.ts';
import type { GroupRef } from '../replies.ts';
import type { HandlerCall } from '../trace/delivery-log.ts';
import { deadLetterStream, type DeadLetter } from './dead-letter.ts';

/**
 * The dead letter is written and the entry acknowledged as one, and only while the entry is pending: an
 * answer that was lost on its way back must not make a second one.
 */
const MOVE = `
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1) == 0 then return false end
local id = redis.call('XADD', KEYS[2], '*', unpack(ARGV, 3))
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return id`;

/** Moves a pending entry to the dead letters of its group. Gives the id there, or null where it is not pending. */
async function move(ref: GroupRef, deadLetter: Omit<DeadLetter, 'id'>): Promise<string | null> {
  const list = Object.entries({ ...deadLetter, fields: JSON.stringify(deadLetter.fields) });
  const id = await ref.redis.eval(
    MOVE,
    2,
    ref.stream,
    deadLetterStream(ref.stream, ref.group),
    ref.group,
    deadLetter.originId,
    ...list.flatMap(([name, value]) => [name, String(value)]),
  );
  return id as string | null;
}

/** An entry that is delivered no more, and why. */
export interface FailedEntry {
  entryId: string;
  /** The entry's fields, where they are at hand; else they are read from the stream. */
  fields?: Fields;
  /** The event, as far as the entry says which it is. */
  event: EventRef;
  deliveries: number;
  /** When this process received it, in ms since the epoch. */
  receivedAt: number;
  error: Error;
  /** The last call of its handler, if it was given to one. */
  call?: HandlerCall;
}

export interface DeadLetterWriter {
  /**
   * Makes a dead letter of an entry. It never rejects: one that could not be written leaves its entry
   * pending, where it is claimed and tried again later.
   */
  add(failed: FailedEntry): Promise<void>;
}

export function createDeadLetterWriter(options: {
  ref: GroupRef;
  where: Subscribed;
  inFlight: Pick<InFlight, 'release'>;
  observer: BusObserver;
  failures: FailureLog;
  log: Log;
}): DeadLetterWriter {
  const { ref, where, inFlight, observer, failures, log } = options;

  async function write(failed: FailedEntry): Promise<string | null> {
    const { entryId, fields, error, deliveries, receivedAt } = failed;
    return move(ref, {
      originId: entryId,
      ...where,
      fields: fields ?? (await read(entryId)),
      error: error.message.slice(0, ERROR_LENGTH),
      attempts: deliveries,
      firstAt: receivedAt,
      lastAt: Date.now(),
    });
  }

  async function read(entryId: string): Promise<Fields> {
    const [entry] = await ref.redis.xrange(ref.stream, entryId, entryId);
    return toFields(entry?.[1] ?? []);
  }

  return {
    async add(failed) {
      const { entryId, event, deliveries, error, call } = failed;
      const about = { err: error, ...where, entryId, attempts: deliveries };
      try {
        const deadLetter = await write(failed);
        if (deadLetter !== null) {
          observer.deadLettered(where);
          const failure = { ...where, entryId, attempt: deliveries, error, ...call };
          failures.record(event, { ...failure, outcome: 'dead-lettered' });
          log.error({ ...about, deadLetter }, 'the entry is now a dead letter');
        }
      } catch (writing) {
        log.warn({ ...about, err: asError(writing) }, 'the dead letter could not be written yet');
      }
      inFlight.release([entryId]);
    },
  };
}
