/** Processes that announce themselves: seen while they live, and not for long after. */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { test, type Test } from 'tap';
import { createServiceRegistry } from '../../src/registry/registry.ts';
import { connectRedis } from '../../src/stores/redis.ts';
import { eventually, openTestEnvironment, type TestEnvironment } from '../support.ts';

const log = pino({ level: 'silent' });
const SECRET = randomBytes(32);

/** A process that serves a path, with a connection of its own to lose. */
async function processOn(
  t: Test,
  { redisUrl, keyPrefix }: TestEnvironment,
  path: string,
  remoteModules: readonly string[] = [],
  options: { secret?: Buffer; log?: typeof log } = {},
) {
  const redis = await connectRedis(redisUrl, log);
  const registry = createServiceRegistry({
    redis,
    keyPrefix,
    remoteModules,
    secret: SECRET,
    log,
    ...options,
  });
  t.teardown(async () => {
    await registry.deregister();
    redis.disconnect();
  });
  registry.addPath(path, 1024);
  return {
    registry,
    redis,
    announce: () => registry.register({ url: `http://${path}`, modules: [path] }),
  };
}

test('a process sees the others while they live, itself never', async (t) => {
  const env = await openTestEnvironment(t);
  const [orders, payments] = [
    await processOn(t, env, 'orders'),
    await processOn(t, env, 'payments'),
  ];
  orders.announce();
  payments.announce();
  const seen = await eventually('the other', async () => {
    const { instances } = await orders.registry.list();
    return instances.length > 0 && instances;
  });
  t.match(seen, [{ url: 'http://payments', modules: ['payments'], paths: ['payments'] }]);
  t.equal(seen.length, 1);
  await payments.registry.deregister();
  await eventually(
    'it has withdrawn',
    async () => (await orders.registry.list()).instances.length === 0,
  );
  t.ok((await orders.registry.list()).paths.has('payments'), 'what it served is known still');
});

test('a process that is gone without a word is seen for some seconds more', async (t) => {
  const env = await openTestEnvironment(t);
  const [orders, payments] = [
    await processOn(t, env, 'orders'),
    await processOn(t, env, 'payments'),
  ];
  payments.announce();
  const count = async () => (await orders.registry.list()).instances.length;
  await eventually('the other', async () => (await count()) === 1);
  payments.redis.disconnect();
  await eventually('it is gone', async () => (await count()) === 0, 10_000);
  t.pass('it is seen no more');
});

test('while Redis is away the others are those that were seen last', async (t) => {
  const env = await openTestEnvironment(t);
  const [orders, payments] = [
    await processOn(t, env, 'orders'),
    await processOn(t, env, 'payments'),
  ];
  payments.announce();
  const count = async () => (await orders.registry.list()).instances.length;
  await eventually('the other', async () => (await count()) === 1);
  orders.redis.disconnect();
  await payments.registry.deregister();
  const later = Date.now() + 1500;
  await eventually('the list is old', async () => (await count()) === 1 && Date.now() > later);
  t.equal(await count(), 1);
});

test('as long as a module runs nowhere, what is served is not known as a whole', async (t) => {
  const env = await openTestEnvironment(t);
  const gateway = await processOn(t, env, 'gateway', ['payments']);
  const payments = await processOn(t, env, 'payments', ['gateway']);
  const incomplete = async () => (await gateway.registry.list()).incomplete;
  t.equal(await incomplete(), true);
  payments.announce();
  await eventually('payments runs', async () => !(await incomplete()));
  await payments.registry.deregister();
  await eventually('payments runs nowhere', incomplete);
  t.pass('it is told again');
});

test('only announcements that this Millrace has signed are believed; that there are others is logged once', async (t) => {
  const env = await openTestEnvironment(t);
  const logged: string[] = [];
  const listening = pino({ level: 'warn' }, { write: (line) => void logged.push(line) });
  const orders = await processOn(t, env, 'orders', [], { log: listening });
  (await processOn(t, env, 'payments', [], { secret: randomBytes(32) })).announce();
  const honest = await processOn(t, env, 'products');
  honest.announce();
  const key = `{${env.keyPrefix}millrace:peers}`;
  const members = await eventually('both are announced', async () => {
    const found = await env.redis.zrange(key, '0', '-1');
    return found.length === 2 && found;
  });
  const signed = members.find((one) => one.includes('products')) ?? '';
  const { mac: _mac, until, ...unsigned } = JSON.parse(signed) as { mac: string; until: number };
  const strange = [
    JSON.stringify(unsigned),
    signed.replace('http://products', 'http://attacker'),
    signed.replace(String(until), String(until + 1000)),
    '{',
  ];
  for (const member of strange) await env.redis.zadd(key, Date.now() + 60_000, member);
  const later = Date.now() + 2500;
  await eventually('some rounds are over', async () => {
    const { instances } = await orders.registry.list();
    t.ok(instances.every(({ url }) => url === 'http://products'));
    return instances.length === 1 && Date.now() > later;
  });
  t.equal(logged.length, 1);
  t.match(JSON.parse(logged[0]!), { ignored: 5, first: String });
});

test('an announcement counts for a minute after it was signed, however long Redis keeps it', async (t) => {
  const env = await openTestEnvironment(t);
  const [orders, payments] = [
    await processOn(t, env, 'orders'),
    await processOn(t, env, 'payments'),
  ];
  payments.announce();
  const count = async () => (await orders.registry.list()).instances.length;
  await eventually('the other', async () => (await count()) === 1);
  const key = `{${env.keyPrefix}millrace:peers}`;
  const [member = ''] = await env.redis.zrange(key, '0', '-1');
  await payments.registry.deregister();
  await env.redis.zadd(key, Date.now() + 600_000, member);
  await eventually('it is announced again', async () => (await count()) === 1);
  t.intercept(Date, 'now', { value: () => performance.timeOrigin + performance.now() + 61_000 });
  await eventually('its signature is too old', async () => (await count()) === 0);
  t.equal(await env.redis.zcard(key), 1, 'it is there still');
});
