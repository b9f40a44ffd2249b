/** Redis may restart, fail over, fill up or lose its groups: readers go on by themselves, events stay. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { test, type Test } from 'tap';
import { keyBeside } from '../../src/bus/connections.ts';
import { openOwnEngines, openRedis } from '../own-engines.ts';
import type { BusOptions } from '../../src/bus/index.ts';
import { eventually, openTestEnvironment } from '../support.ts';
import { startProxy } from '../faults/proxy.ts';
import { happened, listen, openBus, pendingOf, STREAM, type BusKit } from './kit.ts';

/** Keys that a Redis needs a while to load. */
const FILLERS = 1_000_000;

/** A Redis of the test's own, which it may break; killed, it is started again on the same data. */
async function openOwnRedis(
  t: Test,
  options: Partial<BusOptions> = {},
): Promise<{ kit: BusKit; redis: Redis; kill: (signal?: NodeJS.Signals) => void }> {
  const env = await openTestEnvironment(t);
  const engines = await openOwnEngines(t, { mongodbUrl: env.mongodbUrl });
  const { redisUrl } = engines;
  const kit = await openBus(t, { env, redisUrl, options: { housekeepEveryMs: 100, ...options } });
  return { kit, redis: openRedis(t, redisUrl), kill: (signal) => engines.kill('redis', signal) };
}

/** Stores a thing with its event and tries to publish it, as a module does. */
async function happen({ things, outbox }: BusKit, n: number): Promise<void> {
  const document = { _id: `thing-${n}`, outbox: [happened.create({ k: `key-${n}`, n })] };
  await things.insertOne(document);
  await outbox.publish([document]);
}

const numbers = (seen: { data: { n: number } }[]): Set<number> =>
  new Set(seen.map(({ data }) => data.n));

test('Redis is killed and comes back: no event is lost, and readers go on', async (t) => {
  const { kit, kill } = await openOwnRedis(t);
  const seen = listen(kit);
  await kit.bus.start();
  await happen(kit, 0);
  await eventually('it works before', () => seen.length === 1);

  kill();
  for (let n = 1; n <= 50; n += 1) await happen(kit, n);

  await eventually('every event was handled', () => numbers(seen).size === 51);
  await eventually('nothing fails any more', () => kit.bus.failing().length === 0);
  await eventually(
    'the outbox is empty',
    async () => (await kit.things.countDocuments({ 'outbox.0': { $exists: true } })) === 0,
  );
});

test('a group that is deleted under its reader is created anew where it had been', async (t) => {
  const { kit, redis } = await openOwnRedis(t);
  const seen = listen(kit);
  await kit.bus.start();
  await kit.append(...Array.from({ length: 100 }, (_, n) => ({ k: `key-${n}`, n })));
  await eventually('a hundred are handled', () => seen.length === 100);
  const last = (await redis.xrevrange(kit.key, '+', '-', 'COUNT', 1))[0]?.[0];
  await eventually(
    'its place is noted',
    async () => (await redis.hvals(keyBeside(kit.key, 'positions')))[0] === last,
  );

  await redis.xgroup('DESTROY', kit.key, 'readers');
  await kit.append({ k: 'after', n: 100 });

  await eventually('reading goes on', () => numbers(seen).has(100));
  t.equal(seen.length, 101, 'what had been handled was not given again');
});

test('a group that is deleted while its reader has no capacity for more is created anew, too', async (t) => {
  const few = { readBatch: 4, maxInFlight: 4, concurrency: 1, handlerBatch: 1 };
  const kit = await openBus(t, { options: few });
  let open: (() => void) | undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const seen = listen(kit, () => opened);
  await kit.append(...Array.from({ length: 12 }, (_, n) => ({ k: `key-${n}`, n })));
  await kit.bus.start();
  await eventually('it has no room', async () => seen.length === 1 && (await pendingOf(kit)) === 4);
  await kit.env.redis.xgroup('DESTROY', kit.key, 'readers');
  const groups = () => kit.env.redis.xinfo('GROUPS', kit.key) as Promise<unknown[]>;
  await eventually('the group is there again', async () => (await groups()).length === 1);
  open?.();
  await eventually('all are handled', () => numbers(seen).size === 12);
  await eventually('and acknowledged', async () => (await pendingOf(kit)) === 0);
});

test('a Redis that comes back empty: what the module remembers is published again', async (t) => {
  const { kit, redis } = await openOwnRedis(t);
  const seen = listen(kit);
  const recovered: number[] = [];
  const began = Date.now();
  kit.bus.maintain(STREAM, { maxLength: 1000, maxAgeMs: 0 }, async (since) => {
    recovered.push(since);
    await kit.append({ k: 'open', n: recovered.length });
  });
  await kit.bus.start();
  await eventually('the start has published what is open', () => seen.length === 1);

  await redis.flushall();

  await eventually('what is open came again', () => numbers(seen).has(2));
  t.equal(recovered.length, 2);
  t.equal(recovered[0], 0, 'at the start everything may be missing');
  t.ok(recovered[1]! < began, 'then what was not handled yet, and more');
  await kit.append({ k: 'next', n: 3 });
  await eventually('reading goes on', () => numbers(seen).has(3));
});

test('a stream that was set back behind what was confirmed counts as lost', async (t) => {
  const { kit, redis } = await openOwnRedis(t);
  const recovered: number[] = [];
  kit.bus.maintain(
    STREAM,
    { maxLength: 1000, maxAgeMs: 0 },
    async (since) => void recovered.push(since),
  );
  await kit.bus.start();
  await kit.append({ k: 'a', n: 1 });
  const marker = keyBeside(kit.key, 'marker');
  await eventually('health is dated', async () => (await redis.hexists(marker, 'at')) === 1);
  await redis.del(kit.key);
  await eventually('the loss is seen', () => recovered.length === 2);
  t.ok(recovered[1]! > Date.now() - 60_000, 'only what is recent may be missing');
});

test('READONLY after a fail-over, OOM: the outbox keeps the events until they can be published', async (t) => {
  const { kit, redis } = await openOwnRedis(t);
  const seen = listen(kit);
  await kit.bus.start();
  await happen(kit, 0);
  await eventually('it works before', () => seen.length === 1);

  await redis.replicaof('127.0.0.1', 1);
  await happen(kit, 1);
  await eventually('the reader says that it fails', () =>
    kit.bus.failing().some((reason) => reason.includes('READONLY')),
  );
  await redis.replicaof('NO', 'ONE');
  await eventually('the event came after the fail-over', () => numbers(seen).has(1));

  await redis.config('SET', 'maxmemory', '1');
  await happen(kit, 2);
  t.notOk(numbers(seen).has(2));
  await redis.config('SET', 'maxmemory', '0');
  await eventually('the event came when there was room', () => numbers(seen).has(2));
  await eventually('nothing fails any more', () => kit.bus.failing().length === 0);
});

test('a Redis that still loads its data (LOADING): readiness tells, and reading goes on by itself', async (t) => {
  const { kit, redis, kill } = await openOwnRedis(t);
  const seen = listen(kit);
  await kit.bus.start();
  await happen(kit, 0);
  await eventually('it works before', () => seen.length === 1);
  // So much that loading it takes a while; in pieces, since a script blocks everybody.
  const fill = "for i = ARGV[1], ARGV[1] + 49999 do redis.call('SET', 'filler' .. i, i) end";
  for (let i = 0; i < FILLERS; i += 50_000) await redis.eval(fill, 0, i);

  kill();
  const asker = new Redis(redis.options.port!, {
    enableReadyCheck: false,
    // Else ioredis takes a connection that has ended meanwhile for ready, and never connects again.
    disableClientInfo: true,
    retryStrategy: () => 5,
  });
  asker.on('error', () => undefined);
  t.teardown(() => asker.disconnect());
  await eventually('Redis answers LOADING', async () =>
    (await asker.ping().catch(String)).includes('LOADING'),
  );
  t.ok(kit.bus.failing().length > 0, 'the bus fails meanwhile');
  await happen(kit, 1);
  await eventually('the event came', () => numbers(seen).has(1));
  await eventually('nothing fails any more', () => kit.bus.failing().length === 0);
});

test('a script that blocks Redis (BUSY) delays, and loses nothing', async (t) => {
  const { kit, redis } = await openOwnRedis(t);
  const seen = listen(kit);
  await kit.bus.start();
  await redis.config('SET', 'busy-reply-threshold', '50');
  const blocker = redis.duplicate();
  t.teardown(() => blocker.disconnect());
  const blocking = blocker.eval('while true do end', 0).catch(() => undefined);
  await eventually('Redis answers BUSY', async () =>
    (await redis.ping().catch(String)).includes('BUSY'),
  );
  await happen(kit, 1);
  await redis.script('KILL');
  await blocking;
  await eventually('the event came', () => numbers(seen).has(1));
});

test('connections that are cut are made again', async (t) => {
  const { kit, redis } = await openOwnRedis(t);
  const seen = listen(kit);
  await kit.bus.start();
  for (let n = 0; n < 5; n += 1) {
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await happen(kit, n);
  }
  await eventually('every event was handled', () => numbers(seen).size === 5);
});

test('an entry whose delivery was lost on its way is claimed, also by a consumer that has nothing to do', async (t) => {
  const env = await openTestEnvironment(t);
  const proxy = await startProxy(Number(new URL(env.redisUrl).port));
  t.teardown(() => proxy.close());
  const kit = await openBus(t, { env, redisUrl: `redis://127.0.0.1:${proxy.port}` });
  const seen = listen(kit);
  await kit.bus.start();
  await kit.append({ k: 'before', n: 0 });
  await eventually('it works before', async () => seen.length === 1 && !(await pendingOf(kit)));

  proxy.stall();
  const event = Object.entries(happened.create({ k: 'lost', n: 1 }));
  await env.redis.xadd(kit.key, '*', ...event.flat());
  await eventually('Redis has sent it', async () => (await pendingOf(kit)) === 1);
  await proxy.drop();
  await proxy.open();

  await eventually('it is handled', () => numbers(seen).has(1));
  await eventually('nothing is pending', async () => (await pendingOf(kit)) === 0);
});

test('connections that take longer to make than a read may take are made all the same', async (t) => {
  const env = await openTestEnvironment(t);
  const slow = createServer((client) => {
    const engine = connect(Number(new URL(env.redisUrl).port), '127.0.0.1');
    for (const one of [client, engine])
      one
        .on('error', () => undefined)
        .on('close', () => [client, engine].map((all) => all.destroy()));
    engine.pipe(client);
    setTimeout(() => client.pipe(engine), 3000);
  });
  slow.listen(0, '127.0.0.1');
  await once(slow, 'listening');
  t.teardown(() => slow.close());
  const { port } = slow.address() as AddressInfo;
  const redisUrl = `redis://127.0.0.1:${port}`;
  const kit = await openBus(t, { env, redisUrl, options: { blockMs: 100, readGraceMs: 200 } });
  const seen = listen(kit);
  await kit.bus.start();
  await kit.append({ k: 'a', n: 1 });
  await eventually('reading works', () => numbers(seen).has(1));
});

test('a process that was held up reads what came meanwhile, and loses no delivery', async (t) => {
  const env = await openTestEnvironment(t);
  const options = { blockMs: 200, readGraceMs: 200, claimIdleMs: 100_000 };
  const kit = await openBus(t, { env, options });
  const seen = listen(kit);
  await kit.bus.start();
  await kit.append({ k: 'before', n: 0 });
  await eventually('it works before', () => numbers(seen).has(0));

  const event = Object.entries(happened.create({ k: 'meanwhile', n: 1 }));
  const appended = env.redis.xadd(kit.key, '*', ...event.flat());
  for (const end = Date.now() + 1000; Date.now() < end;);
  await appended;

  await eventually('it is handled', () => numbers(seen).has(1));
});

test('a Redis that stands still: the reader says so, and goes on by itself after', async (t) => {
  const { kit, kill } = await openOwnRedis(t, { blockMs: 100, readGraceMs: 200 });
  const seen = listen(kit);
  await kit.bus.start();
  await happen(kit, 0);
  await eventually('it works before', () => seen.length === 1);

  kill('SIGSTOP');
  t.teardown(() => kill('SIGCONT'));
  await eventually('the read is overdue, and readiness tells', () =>
    kit.bus.failing().some((reason) => reason.includes('the read did not come back')),
  );
  kill('SIGCONT');
  await eventually('nothing fails any more', () => kit.bus.failing().length === 0);
  await happen(kit, 1);
  await eventually('reading goes on', () => numbers(seen).has(1));
});
