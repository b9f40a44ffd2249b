/**
 * A kit for the tests of module authors: whether handlers lead to the same state when events come
 * twice, late and out of order, as the bus may deliver them.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Static } from 'typebox';
import type { Event, EventContract } from './contract/event.ts';
import type { Listener } from './consume/handler.ts';
import { createRouter } from './consume/router.ts';
import { toEntry } from './contract/wire.ts';
import type { RawEntry } from './replies.ts';

/** Events of a batch at most; small, so that many batches and orders are tried. */
const BATCH = 4;

/** Handlers on a fresh store, for one delivery of all events, and its state after. */
export interface Stage {
  listeners: readonly Listener[];
  /** What is compared; without times and random ids. */
  state: () => Promise<unknown>;
}

/** An event of a scenario. */
export interface Given {
  stream: string;
  entry: RawEntry;
}

/** Makes an event of a scenario, as it would stand in its stream. */
export function given<Contract extends EventContract>(
  contract: Contract,
  data: Static<Contract['data']>,
): Given {
  return { stream: contract.stream, entry: ['0-0', toEntry(contract.create(data))] };
}

/**
 * Gives the events to the handlers once in their order, then `rounds` times doubled and shuffled,
 * each time on a fresh stage.
 *
 * @throws Error that names the seed, the order and both states where a round ends differently
 */
export async function sameStateInAnyOrder(options: {
  events: readonly Given[];
  stage: () => Promise<Stage>;
  rounds?: number;
  seed?: number;
}): Promise<void> {
  const { events, stage, rounds = 8, seed = 1 } = options;
  const random = generator(seed);
  const numbered = events.map(({ stream, entry: [, fields] }, i): Given => ({
    stream,
    entry: [`${i + 1}-0`, fields],
  }));
  const expected = await play(numbered, await stage(), () => 1);
  for (let round = 1; round <= rounds; round += 1) {
    const order = shuffle([...numbered, ...numbered], random);
    const actual = await play(order, await stage(), random);
    if (isDeepStrictEqual(actual, expected)) continue;
    throw new Error(
      `seed ${seed}, round ${round}: the state depends on the order\n` +
        `order: ${order.map(({ entry: [id] }) => id).join(' ')}\n` +
        `in order: ${JSON.stringify(expected)}\nshuffled: ${JSON.stringify(actual)}`,
    );
  }
}

async function play(
  events: readonly Given[],
  { listeners, state }: Stage,
  random: () => number,
): Promise<unknown> {
  for (const { listener, batch } of batches(listeners, events, random))
    await listener.handle(batch);
  return state();
}

/** As the bus makes them: events that may share a batch, with one key where that is wanted. */
function* batches(
  listeners: Stage['listeners'],
  events: readonly Given[],
  random: () => number,
): Generator<{ listener: Listener; batch: Event[] }> {
  let open: { listener: Listener; batch: Event[] } | undefined;
  for (const { stream, entry } of events) {
    const ofStream = listeners.filter(({ contract }) => contract.stream === stream);
    const routed = createRouter(stream, ofStream)(entry);
    if (routed.kind === 'malformed') throw routed.error;
    if (routed.kind === 'skip') continue;
    const { event, listener } = routed;
    const fits =
      open?.listener.batching === listener.batching &&
      open.batch.length < 1 + Math.floor(random() * BATCH) &&
      (listener.batching.repeatsKeys || open.batch.every(({ key }) => key !== event.key));
    if (open && !fits) {
      yield open;
      open = undefined;
    }
    if (open) open.batch.push(event);
    else open = { listener, batch: [event] };
  }
  if (open) yield open;
}

/** Fisher and Yates. */
function shuffle<T>(items: T[], random: () => number): T[] {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32, by Tommy Ettinger). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
