/** Watching a stream without a group: whoever waits for a key is notified, and nothing else happens. */
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'tap';
import { openOwnEngines, openRedis } from '../own-engines.ts';
import { eventually, openTestEnvironment } from '../support.ts';
import { openBus, pendingOf, listen, STREAM, type BusKit } from './kit.ts';

/** Counts how often a watcher was notified. */
function watch({ bus }: BusKit, key: string): { notified: number; end: () => void } {
  const counted = { notified: 0, end: (): void => undefined };
  counted.end = bus.watch(STREAM, key, () => (counted.notified += 1));
  return counted;
}

test('watchers are notified for their key, whichever process publishes, and no others', async (t) => {
  const here = await openBus(t);
  const elsewhere = await openBus(t, { env: here.env });
  const a = watch(here, 'a');
  const second = watch(here, 'a');
  const b = watch(here, 'b');
  await eventually(
    'reading has begun',
    () => a.notified > 0 && second.notified > 0 && b.notified > 0,
  );
  const before = b.notified;
  const earlier = a.notified;

  await elsewhere.append({ k: 'a', n: 1 });
  await eventually('both are notified', () => a.notified > earlier && second.notified > 1);
  t.equal(b.notified, before, 'another key is not');

  second.end();
  const ended = second.notified;
  await elsewhere.append({ k: 'a', n: 2 }, { k: 'b', n: 1 });
  await eventually('the others still are', () => a.notified > earlier + 1 && b.notified > before);
  t.equal(second.notified, ended, 'one that has ended is not');
});

test('what comes while reading begins is not missed', async (t) => {
  const kit = await openBus(t);
  for (let n = 0; n < 20; n += 1) {
    let state = 0;
    let seen = -1;
    const end = kit.bus.watch(STREAM, 'a', () => (seen = state));
    // A little later each time, so that some come just before reading begins and some just after.
    await delay(n / 4);
    state = 1;
    await kit.append({ k: 'a', n });
    await eventually('the newest state was seen', () => seen === 1);
    end();
  }
  t.pass('twenty times');
});

test('a group and its entries are left alone by those who watch', async (t) => {
  const kit = await openBus(t);
  const seen = listen(kit);
  const a = watch(kit, 'a');
  await kit.append({ k: 'a', n: 1 }, { k: 'a', n: 2 });
  await eventually('the watcher was notified', () => a.notified > 0);
  t.equal(await kit.env.redis.xlen(kit.key), 2);
  await kit.bus.start();
  await eventually('the group gets every entry', () => seen.length === 2);
  await eventually('and acknowledges it', async () => (await pendingOf(kit)) === 0);
});

test('there is a connection only while somebody watches', async (t) => {
  const env = await openTestEnvironment(t);
  const engines = await openOwnEngines(t, { mongodbUrl: env.mongodbUrl });
  const kit = await openBus(t, { env, redisUrl: engines.redisUrl });
  const redis = openRedis(t, engines.redisUrl);
  const clients = async (): Promise<number> =>
    String(await redis.client('LIST')).split('cmd=xread ').length - 1;
  t.equal(await clients(), 0);
  const [first, second] = [watch(kit, 'a'), watch(kit, 'b')];
  await eventually('one connection reads for all', async () => (await clients()) === 1);
  first.end();
  await eventually('it stays for the other', async () => (await clients()) === 1);
  second.end();
  await eventually('it is closed after the last', async () => (await clients()) === 0);
  const third = watch(kit, 'a');
  await eventually('it is opened again', () => third.notified > 0);
  await kit.bus.stop();
  await eventually('it ends with the bus', async () => (await clients()) === 0);
});

test('Redis is killed and comes back: watchers are notified, and again for what comes after', async (t) => {
  const env = await openTestEnvironment(t);
  const engines = await openOwnEngines(t, { mongodbUrl: env.mongodbUrl });
  const kit = await openBus(t, { env, redisUrl: engines.redisUrl });
  const a = watch(kit, 'a');
  await eventually('reading has begun', () => a.notified > 0);
  const before = a.notified;
  engines.kill('redis');
  await eventually('notified for what may have been missed', () => a.notified > before);
  const after = a.notified;
  await eventually('notified for what comes', async () => {
    await kit.append({ k: 'a', n: 1 });
    return a.notified > after;
  });
  t.pass('it follows again');
});
