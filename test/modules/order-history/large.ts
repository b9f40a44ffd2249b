/** A large history that is rebuilt while orders come in, compared order by order. */
import { isDeepStrictEqual } from 'node:util';
import type { Test } from 'tap';
import type { Module } from '../../../src/index.ts';
import type { TestHost } from '../../support.ts';
import { endOf, historyOf, rebuildCall, settled } from './content.ts';
import { historyFrom } from './expected.ts';

/** Documents that are written at a time. */
const PART = 5000;
/** How long a large rebuild may take, in ms. */
const DEADLINE_MS = 900_000;

/**
 * Fills the history with what the orders that `owners` remember have to look like there, rebuilds it
 * while `live` brings orders in, and compares. `live` is called again and again, and gives the ids of
 * the orders that it has placed.
 */
export async function rebuildLarge(
  t: Test,
  host: TestHost,
  { owners, live }: { owners: readonly Module[]; live: () => Promise<string[]> },
): Promise<void> {
  const expected = await historyFrom(host, owners);
  const all = [...expected.values()];
  const old = await historyOf(host.env);
  for (let i = 0; i < all.length; i += PART) await old.insertMany(all.slice(i, i + PART));

  const { run } = (await rebuildCall(host, 'POST')).state;
  let ended = false;
  const ending = endOf(host, run, DEADLINE_MS).finally(() => (ended = true));
  const placed: string[] = [];
  while (!ended) {
    placed.push(...(await live()));
    await settled(host);
  }
  const { outcome, events, startedAt, endedAt } = await ending;
  t.equal(outcome, 'done');
  t.comment(`${events} events in ${endedAt.getTime() - startedAt.getTime()} ms`);

  const history = await historyOf(host.env);
  t.not(history.collectionName, old.collectionName, 'another collection is read');
  let same = 0;
  for await (const document of history.find({ _id: { $nin: placed } })) {
    if (isDeepStrictEqual(document, expected.get(document._id))) same += 1;
    else t.same(document, expected.get(document._id));
    if (!t.passing()) return;
  }
  t.equal(same, expected.size, 'each order is what it was');
  t.equal(
    await history.countDocuments({ _id: { $in: placed }, 'placed.at': { $gt: 0 } }),
    placed.length,
    `and so many came in: ${placed.length}`,
  );
}
