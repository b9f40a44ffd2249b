/** Only an outage of our own stores is waited for without counting, and not in silence for ever. */
import { once } from 'node:events';
import { get } from 'node:http';
import { MongoClient, MongoNetworkError } from 'mongodb';
import { pino } from 'pino';
import { test } from 'tap';
import { SILENT } from '../../src/bus/observer.ts';
import { freePort } from '../../engines/port.ts';
import { eventually } from '../support.ts';
import { listen, openBus, pendingOf, STREAM } from './kit.ts';

test('a server that a handler asks and that is away makes a dead letter, and frees the key', async (t) => {
  const kit = await openBus(t, { options: { maxDeliveries: 3 } });
  const target = `http://127.0.0.1:${await freePort()}`;
  const handled: number[] = [];
  listen(kit, async ([event]) => {
    if (event!.data.n === 1) await once(get(target), 'response');
    handled.push(event!.data.n);
  });
  await kit.append({ k: 'a', n: 1 }, { k: 'a', n: 2 });
  await kit.bus.start();

  await eventually('what comes after it is handled', () => handled.includes(2));
  const letters = kit.bus.deadLetters(STREAM, 'readers');
  t.match(await letters.list('-', 10), [
    { error: /ECONNREFUSED/, attempts: 3, fields: { n: '1' } },
  ]);
  await eventually('nothing is pending', async () => (await pendingOf(kit)) === 0);
});

test('an entry that looks like an outage while the stores answer becomes a dead letter, its neighbours are handled', async (t) => {
  const kit = await openBus(t, { options: { maxDeliveries: 3, outageMs: 300 } });
  const handled = new Set<string>();
  listen(kit, (events) => {
    if (events.some(({ key }) => key === 'poison'))
      throw new MongoNetworkError('connection 6 to 127.0.0.1:27017 closed');
    for (const { key } of events) handled.add(key);
  });
  const keys = Array.from({ length: 20 }, (_, n) => `key-${n}`);
  await kit.append(...['poison', ...keys].map((k, n) => ({ k, n })));
  await kit.bus.start();

  const letters = await eventually('it is a dead letter', async () => {
    const found = await kit.bus.deadLetters(STREAM, 'readers').list('-', 100);
    return found.length > 0 && found;
  });
  t.match(letters, [{ fields: { k: 'poison' }, attempts: 3, error: /closed/ }]);
  await eventually('nothing is pending', async () => (await pendingOf(kit)) === 0);
  t.same([...handled].toSorted(), keys.toSorted(), 'none of the others was taken along');
  t.same(kit.bus.failing(), [], 'the stores are well');
});

test('a store that stays away makes no dead letter, and is reported by log, readiness and metrics', async (t) => {
  const store = new MongoClient(`mongodb://127.0.0.1:${await freePort()}`, {
    serverSelectionTimeoutMS: 20,
  });
  t.teardown(() => store.close());
  const write = () => store.db('things').collection('things').insertOne({});
  const errors: { msg: string }[] = [];
  const log = pino(
    { level: 'error' },
    { write: (line) => void errors.push(JSON.parse(line) as { msg: string }) },
  );
  let deferred = 0;
  const kit = await openBus(t, {
    log,
    probeStore: write,
    observer: { ...SILENT, deferred: () => (deferred += 1) },
    options: { maxDeliveries: 2, outageMs: 200 },
  });
  let away = true;
  const seen = listen(kit, async () => {
    if (away) await write();
  });
  await kit.append({ k: 'a', n: 1 }, { k: 'b', n: 1 });
  await kit.bus.start();

  const [reason] = await eventually('readiness says so', () => {
    const reasons = kit.bus.failing();
    return reasons.length > 0 && reasons;
  });
  t.match(reason, /THINGS_STREAM: waiting for a store: ./);
  const tries = seen.length;
  await eventually('it was tried far more often than it may fail', () => seen.length > tries + 20);
  t.match(errors, [{ msg: /away for too long/, stream: STREAM, group: 'readers' }]);
  t.equal(errors.length, 1, 'once, not at every try');
  t.ok(deferred > 10);
  t.equal(await kit.bus.deadLetters(STREAM, 'readers').count(), 0);

  away = false;
  await eventually('both are handled', async () => (await pendingOf(kit)) === 0);
  t.same(kit.bus.failing(), []);
});
