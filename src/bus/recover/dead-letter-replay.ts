/** Handling dead letters once more, each in its place among the entries with its key. */
import { createDeadLetters } from './dead-letter-list.ts';
import type { DeadLetter } from './dead-letters.ts';
import { createDelivery, type Delivery } from '../consume/in-flight.ts';
import type { KeyedQueue } from '../consume/keyed-queue.ts';
import { ERROR_LENGTH } from './failure-log.ts';
import type { GroupRef } from './pending-entries.ts';
import type { Routed } from '../consume/router.ts';
import { toEntry } from '../contract/wire.ts';
import type { RawEntry } from '../replies.ts';

/** How long letters are begun to be handled, in ms; the others are left for another call. */
const BEGIN_MS = 15_000;

/** What became of dead letters that were handled again: those that failed, with the reason. */
export interface ReplayResult {
  replayed: string[];
  failed: { id: string; error: string }[];
}

/**
 * Those that succeed are dead letters no more. Ends
 * early where it takes long: what is in neither list was not tried.
 */
export async function replayDeadLetters<Context>(
  letters: AsyncIterable<DeadLetter[]>,
  { redis, stream, group }: GroupRef,
  route: (entry: RawEntry) => Routed<Context>,
  queue: Pick<KeyedQueue<Delivery<Context>>, 'add'>,
): Promise<ReplayResult> {
  const result: ReplayResult = { replayed: [], failed: [] };
  const until = Date.now() + BEGIN_MS;
  for await (const batch of letters) {
    const errors = await Promise.all(batch.map(once));
    const replayed = batch.map(({ id }) => id).filter((_, i) => !errors[i]);
    await createDeadLetters(redis, stream, group).discard(replayed);
    result.replayed.push(...replayed);
    batch.forEach(({ id }, i) => {
      const error = errors[i]?.message.slice(0, ERROR_LENGTH);
      if (error !== undefined) result.failed.push({ id, error });
    });
    if (Date.now() > until) break;
  }
  return result;

  function once({ originId, fields, attempts }: DeadLetter): Promise<Error | undefined> {
    const routed = route([originId, toEntry(fields)]);
    if (routed.kind === 'malformed') return Promise.resolve(routed.error);
    if (routed.kind === 'skip')
      return Promise.resolve(new Error(`${group} does not listen to such events any more`));
    const { event, listener } = routed;
    return new Promise((settle) =>
      queue.add([createDelivery(event, listener, attempts, 0, settle)]),
    );
  }
}
