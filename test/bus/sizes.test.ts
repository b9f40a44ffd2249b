/** Entries in memory are bounded by their bytes too, whatever a stranger writes. */
import { test } from 'tap';
import { createSizes } from '../../src/bus/consume/in-flight.ts';
import { eventually } from '../support.ts';
import { happened, listen, openBus, pendingOf, type BusKit } from './kit.ts';

const KB = 1000;

/** Appends things that carry so many bytes that no contract knows. */
async function appendLarge({ env, key }: BusKit, count: number, bytes: number): Promise<void> {
  const payload = 'x'.repeat(bytes);
  for (let n = 0; n < count; n += 1) {
    const fields = { ...happened.create({ k: `${bytes}-${n}`, n }), payload };
    await env.redis.xadd(key, '*', ...Object.entries(fields).flat());
  }
}

test('a reader whose handler is slow takes no more large entries than fit in memory', async (t) => {
  const maxInFlightBytes = 2000 * KB;
  const kit = await openBus(t, { options: { maxInFlightBytes } });
  const go = Promise.withResolvers<void>();
  const seen = listen(kit, () => go.promise);
  await appendLarge(kit, 100, 10);
  await appendLarge(kit, 200, 200 * KB);
  await kit.bus.start();
  // The first handlers wait, so that all that is read stays in memory.
  let most = 0;
  let stable = 0;
  await eventually('nothing more is read', async () => {
    const pending = await pendingOf(kit);
    stable = pending === most ? stable + 1 : 0;
    most = Math.max(most, pending);
    return stable > 50;
  });
  t.ok(most > 5, `${most} entries were taken`);
  t.ok(most <= 150, `${most} entries were taken, of 300`);
  go.resolve();
  await eventually('all are handled', async () => new Set(seen.map(({ key }) => key)).size === 300);
  await eventually('nothing is pending', async () => (await pendingOf(kit)) === 0);
});

test('an entry that is larger than all that fits is handled, and what comes behind it', async (t) => {
  const kit = await openBus(t, { options: { maxInFlightBytes: 100 * KB } });
  const seen = listen(kit);
  await appendLarge(kit, 3, 1000 * KB);
  await appendLarge(kit, 20, 10);
  await kit.bus.start();
  await eventually('all are handled', () => seen.length === 23);
  await eventually('nothing is pending', async () => (await pendingOf(kit)) === 0);
});

test('few are asked for until it is known how large they are, and again when they are large', (t) => {
  const sizes = createSizes(1600);
  t.equal(sizes.fitting(500, 1600), 16);
  for (let i = 0; i < 10; i += 1) sizes.note(1);
  t.equal(sizes.fitting(500, 1600), 500);
  sizes.note(800);
  t.equal(sizes.fitting(500, 1600), 2);
  t.equal(sizes.fitting(500, 1), 1, 'one at least');
  t.end();
});
