/** A consumer that dies loses nothing; one that is only slow keeps what it has. */
import { test } from 'tap';
import { SILENT } from '../../src/bus/observer.ts';
import { eventually } from '../support.ts';
import { listen, openBus, pendingOf } from './kit.ts';

const forever = new Promise<void>(() => undefined);

test('what an earlier process had read and not acknowledged is taken up by the next', async (t) => {
  const first = await openBus(t, { options: { drainMs: 0 } });
  const begun = listen(first, () => forever);
  await first.append(...Array.from({ length: 20 }, (_, n) => ({ k: `key-${n}`, n })));
  await first.bus.start();
  await eventually('the first has them', () => begun.length === 20);
  first.crash();

  const second = await openBus(t, { env: first.env });
  const seen = listen(second);
  await second.bus.start();
  await eventually('the second has handled them', () => seen.length === 20);
  await eventually('nothing is pending', async () => (await pendingOf(second)) === 0);
});

test('a slow but living consumer keeps its entries, far beyond the idle time', async (t) => {
  const slow = await openBus(t, { options: { claimIdleMs: 1000 } });
  let go: (() => void) | undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  const mine = listen(slow, () => gate);
  await slow.append({ k: 'a', n: 1 });
  await slow.bus.start();
  await eventually('the slow one has it', () => mine.length === 1);

  const other = await openBus(t, { env: slow.env, options: { claimIdleMs: 1000 } });
  const theirs = listen(other);
  await other.bus.start();
  const since = Date.now();
  await eventually('three idle times have passed', () => Date.now() - since > 3500);
  t.equal(theirs.length, 0, 'nobody took it');
  go?.();
  await eventually('the slow one has acknowledged it', async () => (await pendingOf(slow)) === 0);
  t.equal(mine.length, 1, 'it was handled once');
});

test('what a dead consumer left is found behind all that the living hold, by one with little room too', async (t) => {
  const slow = await openBus(t, { options: { maxInFlight: 30, drainMs: 0 } });
  const held = listen(slow, () => forever);
  await slow.bus.start();
  await slow.append(...Array.from({ length: 30 }, (_, n) => ({ k: `key-${n}`, n })));
  await eventually('the slow one can take no more', () => held.length === 30);
  await slow.append({ k: 'last', n: 30 });
  await slow.env.redis.xreadgroup('GROUP', 'readers', 'dead', 'STREAMS', slow.key, '>');

  const other = await openBus(t, { env: slow.env, options: { maxInFlight: 1 } });
  const seen = listen(other);
  await other.bus.start();
  await eventually('it is handled', () => seen.some(({ data }) => data.n === 30));
  t.equal(seen.length, 1, 'and nothing that the living hold');
});

test('an entry that was lost to another and comes back is handled in its place, and not claimed once more', async (t) => {
  let claimed = 0;
  const kit = await openBus(t, {
    options: { claimIdleMs: 3000 },
    observer: { ...SILENT, claimed: (_, entries) => void (claimed += entries) },
  });
  const gate = Promise.withResolvers<void>();
  const seen = listen(kit, () => gate.promise);
  await kit.bus.start();
  await kit.append({ k: 'a', n: 1 }, { k: 'a', n: 2 });
  await eventually('one is handled, the other waits', async () => (await pendingOf(kit)) === 2);
  const { redis } = kit.env;
  const id = (await redis.xrevrange(kit.key, '+', '-', 'COUNT', 1))[0]![0];

  await redis.call('XCLAIM', kit.key, 'readers', 'other', 0, id, 'IDLE', 60_000, 'JUSTID');
  await eventually('it was found lost, and came back', () => claimed === 1);
  gate.resolve();

  await eventually('both are done', async () => (await pendingOf(kit)) === 0);
  t.same(
    seen.map(({ data }) => data.n),
    [1, 2],
  );
  t.equal(claimed, 1);
});

test('names of consumers that are gone and hold nothing are deleted', async (t) => {
  const first = await openBus(t);
  listen(first);
  await first.bus.start();
  await first.append({ k: 'a', n: 1 });
  await eventually('the entry is handled', async () => (await pendingOf(first)) === 0);
  first.crash();

  const second = await openBus(t, { env: first.env });
  listen(second);
  await second.bus.start();
  await eventually('one name is left', async () => {
    const rows = (await second.env.redis.xinfo('CONSUMERS', second.key, 'readers')) as unknown[];
    return rows.length === 1;
  });
  t.pass('the name of the dead consumer is gone');
});
