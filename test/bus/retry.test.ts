/** A failure is retried without blocking other keys, and given up with its reason kept. */
import { test } from 'tap';
import { UnrecoverableError } from '../../src/bus/index.ts';
import { eventually } from '../support.ts';
import { listen, openBus, pendingOf, STREAM } from './kit.ts';

test('a failing entry is tried again, blocks its own key alone, and keeps the order', async (t) => {
  const kit = await openBus(t, { options: { maxDeliveries: 5 } });
  const handled: string[] = [];
  let failures = 0;
  listen(kit, (events) => {
    for (const { key, data } of events) {
      if (key === 'bad' && data.n === 1 && failures++ < 3) throw new Error('not yet');
      handled.push(`${key}${data.n}`);
    }
  });
  await kit.append(
    { k: 'bad', n: 1 },
    { k: 'bad', n: 2 },
    { k: 'good', n: 1 },
    { k: 'good', n: 2 },
  );
  await kit.bus.start();

  await eventually('all are handled', () => handled.includes('bad2'));
  t.ok(handled.indexOf('good2') < handled.indexOf('bad1'), 'the other key did not wait');
  t.ok(handled.lastIndexOf('bad1') < handled.indexOf('bad2'), 'the order within the key is kept');
  await eventually('all are acknowledged', async () => (await pendingOf(kit)) === 0);
});

test('an entry that fails every time becomes a dead letter, and its neighbours are handled', async (t) => {
  const kit = await openBus(t, { options: { maxDeliveries: 3 } });
  const attempts = new Map<string, number>();
  listen(kit, (events) => {
    for (const { key } of events) attempts.set(key, (attempts.get(key) ?? 0) + 1);
    if (events.some(({ key }) => key === 'poison')) throw new Error('cannot be done');
  });
  await kit.append(
    { k: 'a', n: 1 },
    { k: 'poison', n: 1 },
    { k: 'b', n: 1 },
    { k: 'poison', n: 2 },
  );
  await kit.bus.start();

  const letters = await eventually('both poisoned entries are dead letters', async () => {
    const found = await kit.bus.deadLetters(STREAM, 'readers').list('-', 10);
    return found.length === 2 && found;
  });
  t.match(letters[0], {
    stream: 'THINGS_STREAM',
    group: 'readers',
    error: 'cannot be done',
    attempts: 3,
    fields: { type: 'thing.happened', k: 'poison', n: '1' },
    originId: /^\d+-\d+$/,
  });
  await eventually('nothing is pending', async () => (await pendingOf(kit)) === 0);
  t.ok(attempts.get('a')! >= 1 && attempts.get('b')! >= 1);
});

test('where trying again cannot help, an entry is given up at once', async (t) => {
  const kit = await openBus(t);
  const seen = listen(kit, () => {
    throw new UnrecoverableError('never');
  });
  await kit.append({ k: 'a', n: 1 });
  await kit.bus.start();
  const [letter] = await eventually('it is a dead letter', async () => {
    const found = await kit.bus.deadLetters(STREAM, 'readers').list('-', 10);
    return found.length === 1 && found;
  });
  t.match(letter, { error: 'never', attempts: 1 });
  t.equal(seen.length, 1);
});

test('the count of deliveries survives the process', async (t) => {
  const first = await openBus(t, {
    options: { maxDeliveries: 4, retryMinMs: 20_000, retryMaxMs: 20_000 },
  });
  const seen = listen(first, () => {
    throw new Error('fails');
  });
  await first.append({ k: 'a', n: 1 });
  await first.bus.start();
  await eventually('it failed once, and that is noted', async () => {
    const rows = (await first.env.redis.xpending(first.key, 'readers', '-', '+', 1)) as [
      string,
      string,
      number,
      number,
    ][];
    return seen.length === 1 && rows[0]?.[3] === 2;
  });
  first.crash();

  const second = await openBus(t, { env: first.env, options: { maxDeliveries: 4 } });
  const again = listen(second, () => {
    throw new Error('fails');
  });
  await second.bus.start();
  const [letter] = await eventually('it is a dead letter', async () => {
    const found = await second.bus.deadLetters(STREAM, 'readers').list('-', 10);
    return found.length === 1 && found;
  });
  t.equal(letter?.attempts, 4);
  t.ok(
    again.length < 4,
    `the second process tried it ${again.length} times, not from the beginning`,
  );
});

function fail(): never {
  throw new Error('fails');
}

test('a handler may have limits of its own', async (t) => {
  const kit = await openBus(t, {
    options: { maxDeliveries: 50, retryMinMs: 60_000, retryMaxMs: 60_000 },
  });
  listen(kit, fail, 'readers', { maxDeliveries: 3, retryMinMs: 1, retryMaxMs: 5 });
  await kit.append({ k: 'a', n: 1 });
  await kit.bus.start();
  const [letter] = await eventually('it is a dead letter', async () => {
    const found = await kit.bus.deadLetters(STREAM, 'readers').list('-', 10);
    return found.length === 1 && found;
  });
  t.equal(letter?.attempts, 3);
});
