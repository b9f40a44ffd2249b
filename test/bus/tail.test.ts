/** Following a stream without a group: whoever waits for a key is woken, and nothing else happens. */
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'tap';
import { openOwnEngines, openRedis } from '../own-engines.ts';
import { eventually, openPlace } from '../support.ts';
import { openBus, pendingOf, listen, STREAM, type BusKit } from './kit.ts';

/** Counts how often a key was woken for. */
function follow({ bus }: BusKit, key: string): { wakes: number; end: () => void } {
  const counted = { wakes: 0, end: (): void => undefined };
  counted.end = bus.follow(STREAM, key, () => (counted.wakes += 1));
  return counted;
}

test('followers are woken for their key, whichever process publishes, and no others', async (t) => {
  const here = await openBus(t);
  const elsewhere = await openBus(t, { place: here.place });
  const a = follow(here, 'a');
  const second = follow(here, 'a');
  const b = follow(here, 'b');
  await eventually('reading has begun', () => a.wakes > 0 && second.wakes > 0 && b.wakes > 0);
  const before = b.wakes;
  const earlier = a.wakes;

  await elsewhere.append({ k: 'a', n: 1 });
  await eventually('both are woken', () => a.wakes > earlier && second.wakes > 1);
  t.equal(b.wakes, before, 'another key is not');

  second.end();
  const woken = second.wakes;
  await elsewhere.append({ k: 'a', n: 2 }, { k: 'b', n: 1 });
  await eventually('the others still are', () => a.wakes > earlier + 1 && b.wakes > before);
  t.equal(second.wakes, woken, 'one that has ended is not');
});

test('what comes while reading begins is not missed', async (t) => {
  const kit = await openBus(t);
  for (let n = 0; n < 20; n += 1) {
    let state = 0;
    let seen = -1;
    const end = kit.bus.follow(STREAM, 'a', () => (seen = state));
    // A little later each time, so that some come just before reading begins and some just after.
    await delay(n / 4);
    state = 1;
    await kit.append({ k: 'a', n });
    await eventually('the newest state was seen', () => seen === 1);
    end();
  }
  t.pass('twenty times');
});

test('a group and its entries are left alone by those who follow', async (t) => {
  const kit = await openBus(t);
  const seen = listen(kit);
  const a = follow(kit, 'a');
  await kit.append({ k: 'a', n: 1 }, { k: 'a', n: 2 });
  await eventually('the follower was woken', () => a.wakes > 0);
  t.equal(await kit.place.redis.xlen(kit.key), 2);
  await kit.bus.start();
  await eventually('the group gets every entry', () => seen.length === 2);
  await eventually('and acknowledges it', async () => (await pendingOf(kit)) === 0);
});

test('there is a connection only while somebody follows', async (t) => {
  const place = await openPlace(t);
  const engines = await openOwnEngines(t, { mongodbUrl: place.mongodbUrl });
  const kit = await openBus(t, { place, redisUrl: engines.redisUrl });
  const redis = openRedis(t, engines.redisUrl);
  const clients = async (): Promise<number> =>
    String(await redis.client('LIST')).split('cmd=xread ').length - 1;
  t.equal(await clients(), 0);
  const [first, second] = [follow(kit, 'a'), follow(kit, 'b')];
  await eventually('one connection reads for all', async () => (await clients()) === 1);
  first.end();
  await eventually('it stays for the other', async () => (await clients()) === 1);
  second.end();
  await eventually('it is closed after the last', async () => (await clients()) === 0);
  const third = follow(kit, 'a');
  await eventually('it is opened again', () => third.wakes > 0);
  await kit.bus.stop();
  await eventually('it ends with the bus', async () => (await clients()) === 0);
});

test('Redis is killed and comes back: followers are woken, and again for what comes after', async (t) => {
  const place = await openPlace(t);
  const engines = await openOwnEngines(t, { mongodbUrl: place.mongodbUrl });
  const kit = await openBus(t, { place, redisUrl: engines.redisUrl });
  const a = follow(kit, 'a');
  await eventually('reading has begun', () => a.wakes > 0);
  const before = a.wakes;
  engines.kill('redis');
  await eventually('woken for what may have been missed', () => a.wakes > before);
  const after = a.wakes;
  await eventually('woken for what comes', async () => {
    await kit.append({ k: 'a', n: 1 });
    return a.wakes > after;
  });
  t.pass('it follows again');
});
