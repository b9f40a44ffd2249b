/** The users that `npm run access` makes: a shop lives with their rights, and can do no more. */
import { MongoClient } from 'mongodb';
import { Redis } from 'ioredis';
import { test, type Test } from 'tap';
import type { Waterfall } from '../../modules/orders/api.ts';
import { openGuardedEnvironment, type GuardedEnvironment } from '../guarded-engines.ts';
import { ended, get, place as placeOrder, seed } from '../shop.ts';
import { as } from '../session.ts';
import { startSplitShop } from '../split.ts';
import {
  ADMIN_TOKEN,
  eventually,
  startTestHost,
  type TestEnvironment,
  type TestHost,
} from '../support.ts';

/** As the operator. */
async function operate<T>(
  host: TestHost,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  payload?: object,
): Promise<T> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const request = { method, url: `/api/admin/${path}`, headers, ...(payload && { payload }) };
  const response = await host.app.inject(request);
  if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${response.body}`);
  return response.json<T>();
}

/** A customer's order that is paid, then refunded. */
async function buyAndReturn(host: TestHost, userId: string): Promise<void> {
  const order = await ended(host, await placeOrder(host, { a: 1 }, userId));
  if (order.orderStatusCode !== 3) throw new Error(`the order ended as ${order.reason}`);
  const url = `/api/orders/${order.orderId}`;
  await host.app.inject({ method: 'POST', url: `${url}/cancel`, headers: as(host, userId) });
  await eventually('the order is refunded', async () => {
    const { orderStatusCode } = (await get(host, url, userId)).json<{ orderStatusCode: number }>();
    return orderStatusCode === 4;
  });
  await eventually('what each module did with it is known', async () => {
    const path = `orders/${order.orderId}/waterfall`;
    const { items } = await operate<Pick<Waterfall, 'items'>>(host, 'GET', path);
    return items.every(({ groups }) => groups.every(({ attempts }) => attempts.length > 0));
  });
  await eventually('its history says so', async () =>
    (await get(host, '/api/order-history', userId)).body.includes('"orderStatusCode":4'),
  );
}

/** An entry that nobody can handle is made a dead letter, given to its handler again, and discarded. */
async function handleDeadLetter(host: TestHost): Promise<void> {
  const { redis, keyPrefix } = host.env;
  const lost = ['orderId', 'lost', 'orderAmount', 'ten', 'userId', 'bob'];
  await redis.xadd(`${keyPrefix}ORDERS_STREAM`, '*', ...lost);
  const path = 'streams/ORDERS_STREAM/dead-letters';
  const ids = await eventually('it is a dead letter', async () => {
    const { items } = await operate<{ items: { id: string }[] }>(
      host,
      'GET',
      `${path}?group=payments`,
    );
    return items.length > 0 && items.map(({ id }) => id);
  });
  const { failed } = await operate<{ failed: unknown[] }>(host, 'POST', `${path}/replay`, {
    group: 'payments',
    ids,
  });
  if (failed.length !== 1) throw new Error('it was not given to the handler again');
  const { total } = await operate<{ total: number }>(host, 'GET', 'dead-letters');
  if (total < 1) throw new Error('it was not counted');
  const { replays } = await operate<{ replays: { attempts: number } }>(
    host,
    'GET',
    `${path}/${ids[0]}?group=payments`,
  );
  if (replays.attempts !== 1) throw new Error('its new error was not kept');
  await operate(host, 'POST', `${path}/discard`, { group: 'payments', ids });
  await operate(host, 'POST', `${path}/discard`, { group: 'payments' });
  await operate(host, 'GET', 'streams');
}

/** A group is looked at, paused, set back and resumed; one that nobody reads is removed. */
async function leadGroups(host: TestHost): Promise<void> {
  const { redis, keyPrefix } = host.env;
  const stream = 'streams/ORDERS_STREAM';
  const history = `${stream}/groups/order-history`;
  await operate(host, 'GET', `${stream}/entries?type=order.paid`);
  await operate(host, 'POST', `${history}/pause`);
  await operate(host, 'GET', `${history}/pending`);
  const body = { to: 'start', dryRun: true };
  const { entries, from } = await operate<{ entries: number; from: string }>(
    host,
    'POST',
    `${history}/offset`,
    body,
  );
  const expected = { entries, from };
  await operate(host, 'POST', `${history}/offset`, { to: 'start', expected });
  await operate(host, 'POST', `${history}/resume`);
  await redis.xgroup('CREATE', `${keyPrefix}ORDERS_STREAM`, 'former', '$');
  await operate(host, 'DELETE', `${stream}/groups/former?pending=0&lag=0`);
}

async function rebuildHistory(host: TestHost): Promise<void> {
  await operate(host, 'POST', 'order-history/rebuild');
  await eventually('the history is rebuilt', async () => {
    const { last } = await operate<{ last?: { outcome: string } }>(
      host,
      'GET',
      'order-history/rebuild',
    );
    return last?.outcome === 'done';
  });
}

async function eraseCustomer(host: TestHost): Promise<void> {
  const payload = { email: 'ann@example.com', password: 'a mill by the stream' };
  const url = '/api/accounts';
  const account = (await host.app.inject({ method: 'POST', url, payload })).json<{
    userId: string;
  }>();
  await operate(host, 'DELETE', `customers/${account.userId}`);
  await eventually('every module has erased the customer', async () => {
    const path = `customers/${account.userId}/erasure`;
    return (await operate<{ state: string }>(host, 'GET', path)).state === 'done';
  });
}

/** What Redis has refused anybody since it was asked last. */
async function refused({ redis }: TestEnvironment): Promise<unknown[]> {
  const log = (await redis.acl('LOG')) as unknown[];
  await redis.acl('LOG', 'RESET');
  return log;
}

/** Orders, refunds, a dead letter, a rebuild, an erasure, and a Redis that is killed. */
async function lead(t: Test, env: GuardedEnvironment, host: TestHost): Promise<void> {
  await seed(host, [{ productId: 'a', price: 500 }]);
  await buyAndReturn(host, 'alice');
  await handleDeadLetter(host);
  await leadGroups(host);
  await rebuildHistory(host);
  await eraseCustomer(host);
  const { items } = await operate<{ items: { outcome: object | null }[] }>(host, 'GET', 'audit');
  if (items.some(({ outcome }) => outcome === null)) throw new Error('no end in the audit log');
  await host.app.inject('/metrics');
  await operate(host, 'GET', 'metrics');
  // Which a restart forgets.
  t.same(await refused(env), [], 'before Redis is killed');
  env.server.signal('SIGKILL');
  await eventually('all is well again', async () => {
    return (await host.app.inject('/readyz')).statusCode === 200;
  });
  await buyAndReturn(host, 'bob');
}

test('one user with the rights of all modules is refused nothing', async (t) => {
  const env = await openGuardedEnvironment(t);
  await t.test('a shop in one process', async (sub) => {
    const host = await startTestHost(sub, { env: await env.grant() });
    await lead(sub, env, host);
  });
  t.same(await refused(env), [], 'nor when it has stopped');
});

test('a user for each module is refused nothing', async (t) => {
  const env = await openGuardedEnvironment(t);
  await t.test('a shop in a process for each module', async (sub) => {
    const host = await startSplitShop(sub, (module) => env.grant(module));
    await lead(sub, env, host);
  });
  t.same(await refused(env), [], 'nor when it has stopped');
});

test("the users of payments cannot read what is another module's, nor write to its stream", async (t) => {
  const env = await openGuardedEnvironment(t);
  const host = await startTestHost(t, { env: await env.grant() });
  await seed(host, [{ productId: 'a' }]);
  await ended(host, await placeOrder(host, { a: 1 }));
  const { redisUrl, mongodbUrl } = await env.grant('payments');
  const redis = new Redis(redisUrl);
  t.teardown(() => redis.disconnect());
  const mongodb = await new MongoClient(mongodbUrl).connect();
  t.teardown(() => mongodb.close());
  const { keyPrefix, databasePrefix } = env;

  const read = (module: string, collection: string) =>
    mongodb
      .db(databasePrefix + module)
      .collection(collection)
      .findOne();
  t.ok(await read('payments', 'payments'), 'its own are there');
  for (const [module, collection] of [
    ['orders', 'orders'],
    ['gateway', 'sessions'],
    ['gateway', 'accounts'],
  ] as const)
    await t.rejects(read(module, collection), { code: 13 }, `${module}.${collection}`);
  const secrets = mongodb.db(`${databasePrefix}host`).collection('secrets');
  await t.rejects(secrets.deleteMany({}), { code: 13 }, 'the shared secret stays');
  const audit = mongodb.db(`${databasePrefix}host`).collection('audit');
  await t.rejects(audit.deleteMany({}), { code: 13 }, 'nothing goes out of the audit log');
  await t.rejects(audit.updateMany({}, { $set: { who: '' } }), { code: 13 }, 'nor is changed');
  await t.rejects(audit.drop(), { code: 13 }, 'nor all of it removed');

  const session = `${keyPrefix}millrace:gateway:session:1`;
  const xadd = `return redis.call('XADD', KEYS[1], '*', 'a', 'b')`;
  for (const command of [
    ['GET', session],
    ['EVAL', `return redis.call('GET', KEYS[1])`, '1', session],
    ['XADD', `${keyPrefix}ORDERS_STREAM`, '*', 'a', 'b'],
    ['EVAL', xadd, '1', `${keyPrefix}ORDERS_STREAM`],
    ['DEL', `${keyPrefix}ORDERS_STREAM`],
    ['XTRIM', `${keyPrefix}ORDERS_STREAM`, 'MAXLEN', '0'],
    ['XRANGE', `${keyPrefix}PRODUCTS_STREAM`, '-', '+'],
    ['XRANGE', 'ORDERS_STREAM', '-', '+'],
    ['XRANGE', 'shopping1:ORDERS_STREAM', '-', '+'],
    ['FLUSHALL'],
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['CONFIG', 'GET', '*'],
    ['ACL', 'LIST'],
    ['CLIENT', 'LIST'],
    ['MONITOR'],
    ['SHUTDOWN'],
  ] as const) {
    const [name, ...args] = command;
    await t.rejects(redis.call(name, ...args), /NOPERM|script can't access/, command.join(' '));
  }
});
