/** Handling dead letters once more, each in its place among the entries with its key. */
import { createDeadLetters, type DeadLetter } from './dead-letter.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import type { GroupRef } from './pending.ts';
import type { Routed } from './route.ts';
import { toEntry, type RawEntry } from './wire.ts';

/** What became of dead letters that were handled again: those that failed, with the reason. */
export interface ReplayResult {
  replayed: string[];
  failed: { id: string; error: string }[];
}

/** `add` takes the deliveries to their handlers. Those that succeed are dead letters no more. */
export async function replayDeadLetters<Context>(
  letters: readonly DeadLetter[],
  { redis, stream, group }: GroupRef,
  route: (entry: RawEntry) => Routed<Context>,
  add: (delivery: Delivery<Context>) => void,
): Promise<ReplayResult> {
  const result: ReplayResult = { replayed: [], failed: [] };
  await Promise.all(
    letters.map(async (letter) => {
      const error = await once(letter);
      if (error) result.failed.push({ id: letter.id, error: error.message });
      else result.replayed.push(letter.id);
    }),
  );
  await createDeadLetters(redis, stream, group).discard(result.replayed);
  return result;

  function once({ originId, fields, attempts }: DeadLetter): Promise<Error | undefined> {
    const routed = route([originId, toEntry(fields)]);
    if (routed.kind === 'malformed') return Promise.resolve(routed.error);
    if (routed.kind === 'ignored')
      return Promise.resolve(new Error(`${group} does not listen to such events any more`));
    const { event, route: kind } = routed;
    return new Promise((settle) => add(createDelivery(event, kind, attempts, settle)));
  }
}
