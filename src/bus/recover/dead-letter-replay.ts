/** Handling dead letters again: each in its place among the entries with its key, once, and what came of it. */
import { createDelivery, type Delivery } from '../consume/in-flight.ts';
import type { KeyedQueue } from '../consume/keyed-queue.ts';
import type { Routed } from '../consume/router.ts';
import { toEntry } from '../contract/wire.ts';
import type { GroupRef, RawEntry } from '../replies.ts';
import type { DeadLetter } from './dead-letter.ts';
import { createDeadLetters } from './dead-letter-list.ts';
import { ERROR_LENGTH } from './failure-log.ts';
import { createReplayErrors } from './replay-errors.ts';

/** How long dead letters are begun to be handled, in ms; the others are left for another call. */
const BEGIN_MS = 15_000;

/** What became of dead letters that were handled again: those that failed, with the reason. */
export interface ReplayResult {
  replayed: string[];
  failed: { id: string; error: string }[];
}

/**
 * Handles dead letters once more, each in its place among the entries with its key. Those that succeed are
 * dead letters no more, the others keep their new error beside them. Ends early where it takes long: what is in
 * neither list was not tried.
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
    const failed = batch.flatMap(({ id }, i) => {
      const error = errors[i]?.message.slice(0, ERROR_LENGTH);
      return error === undefined ? [] : [{ id, error }];
    });
    await createDeadLetters(redis, stream, group).discard(replayed);
    await createReplayErrors(redis, stream, group).record(failed);
    result.replayed.push(...replayed);
    result.failed.push(...failed);
    if (Date.now() > until) break;
  }
  return result;

  function once(letter: DeadLetter): Promise<Error | undefined> {
    const routed = routeDeadLetter(letter, group, route);
    if (routed instanceof Error) return Promise.resolve(routed);
    const { event, listener } = routed;
    return new Promise((settle) =>
      queue.add([createDelivery(event, listener, letter.attempts, 0, settle)]),
    );
  }
}

/** The event and its listener where the group would handle the dead letter, or why it would not. */
export function routeDeadLetter(
  { originId, fields }: Pick<DeadLetter, 'originId' | 'fields'>,
  group: string,
  route: (entry: RawEntry) => Routed,
): Extract<Routed, { kind: 'event' }> | Error {
  const routed = route([originId, toEntry(fields)]);
  if (routed.kind === 'event') return routed;
  if (routed.kind === 'malformed') return routed.error;
  return new Error(`${group} does not listen to such events`);
}
