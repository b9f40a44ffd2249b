/** What failed on the way of an event can be asked for by its key: which delivery, where, why. */
import { test } from 'tap';
import { UnrecoverableError } from '../../src/bus/index.ts';
import { eventually } from '../support.ts';
import { listen, openBus } from './kit.ts';

test('each delivery that failed is noted with its group, and so is the dead letter', async (t) => {
  const kit = await openBus(t, { options: { maxDeliveries: 3 } });
  listen(kit, (events) => {
    if (events.some(({ key }) => key === 'bad')) throw new Error('cannot be done');
  });
  await kit.append({ k: 'good', n: 1 }, { k: 'bad', n: 1 });
  const begun = Date.now();
  await kit.bus.start();

  const failures = await eventually('all three are noted', async () => {
    const found = await kit.bus.failuresOf('bad');
    return found.length === 3 && found;
  });
  t.match(
    failures.map(({ attempt, outcome }) => [attempt, outcome]),
    [
      [1, 'retried'],
      [2, 'retried'],
      [3, 'dead-lettered'],
    ],
  );
  for (const failure of failures) {
    t.match(failure, {
      stream: 'THINGS_STREAM',
      group: 'readers',
      type: 'thing.happened',
      error: 'cannot be done',
      entryId: /^\d+-\d+$/,
      eventId: /^[0-9a-f-]{36}$/,
    });
    t.ok(failure.at >= begun && failure.at <= Date.now());
  }
  t.equal(new Set(failures.map(({ eventId }) => eventId)).size, 1);
  t.same(await kit.bus.failuresOf('good'), [], 'nothing is noted of what went well');
});

test('failures end by themselves after some days, and only the newest are kept', async (t) => {
  const kit = await openBus(t, { options: { maxDeliveries: 120, retryMinMs: 1, retryMaxMs: 1 } });
  let failed = 0;
  listen(kit, () => {
    failed += 1;
    if (failed < 115) throw new Error(`failure ${failed}`);
  });
  await kit.append({ k: 'a', n: 1 });
  await kit.bus.start();
  const failures = await eventually('the last is noted', async () => {
    const found = await kit.bus.failuresOf('a');
    return found.at(-1)?.attempt === 114 && found;
  });
  t.equal(failures.length, 100);
  const life = await kit.env.redis.pttl(`${kit.env.keyPrefix}millrace:bus:failures:a`);
  t.ok(life > 86_400_000 && life <= 7 * 86_400_000, `${life} ms are left`);
});

test('an entry that fits no contract is noted under the key that it claims, if it claims one', async (t) => {
  const kit = await openBus(t);
  listen(kit, () => {
    throw new UnrecoverableError('never reached');
  });
  const { redis } = kit.env;
  await redis.xadd(kit.key, '*', 'type', 'thing.happened', 'k', 'a', 'n', 'no number');
  await redis.xadd(kit.key, '*', 'type', 'thing.happened', 'v', '9', 'k', 'b', 'n', '1');
  await redis.xadd(kit.key, '*', 'type', 'thing.happened', 'n', '1');
  await kit.bus.start();
  const letters = kit.bus.deadLetters('THINGS_STREAM', 'readers');
  await eventually('three are given up', async () => (await letters.count()) === 3);
  for (const key of ['a', 'b']) {
    const [failure] = await eventually(`${key} is noted`, async () => {
      const found = await kit.bus.failuresOf(key);
      return found.length > 0 && found;
    });
    t.match(failure, { type: 'thing.happened', attempt: 1, outcome: 'dead-lettered' });
  }
});
