/** Rebuilding the history from nothing, by events, while the shop runs. */
import { t as file, test } from 'tap';
import { orderHistory } from '../../../modules/order-history/index.ts';
import { get } from '../../shop.ts';
import { eventually, openTestEnvironment, startTestHost } from '../../support.ts';
import { contentOf, endOf, historyOf, rebuild, rebuildCall, settled } from './content.ts';
import { eventsOf, eventsOfAll, manyLifecycles } from './lifecycles.ts';
import { historyShop, remember, fakes, tell } from './fakes.ts';

const FROM = Date.UTC(2026, 0, 1);
/** Orders that come in at a time. */
const PART = 20;

// A busy machine takes its time for so many.
file.setTimeout(1_800_000);
const ofUser1 = { 'placed.userId': 'user-1' };

test('a history that lost everything is rebuilt with what it had', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  await tell(host, eventsOfAll(manyLifecycles(400, 'old', FROM)));
  await settled(host);
  const before = await contentOf(host.env);
  t.equal(before.documents, 400);
  await (await historyOf(host.env)).deleteMany(ofUser1);

  const last = await rebuild(host);
  t.match(last, { outcome: 'done', documents: 400 });
  t.same(await contentOf(host.env), before);
  t.match(await rebuild(host), { outcome: 'done', documents: 400 }, 'and once more');
  t.same(await contentOf(host.env), before);
});

test('orders that come in while it is rebuilt are in it, and readers never see less', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  await remember(host, eventsOfAll(manyLifecycles(5000, 'old', FROM)));
  t.match(await rebuild(host), { outcome: 'done', documents: 5000 }, 'built for the first time');

  const { run } = (await rebuildCall(host, 'POST')).state;
  const ending = endOf(host, run);
  let ended = false;
  let seen = 0;
  const reading = (async (): Promise<void> => {
    while (!ended) {
      const found = await (await historyOf(host.env)).countDocuments(ofUser1);
      if (found < seen) t.fail(`${seen} orders were seen, and then ${found}`);
      seen = found;
      const response = await get(host, '/api/order-history?limit=1', 'user-1');
      if (response.json<{ items: unknown[] }>().items.length !== 1) t.fail('an empty list');
    }
  })();
  const live = manyLifecycles(2000, 'new', FROM + 1_000_000);
  let whileRebuilt = 0;
  for (let i = 0; i < live.length; i += PART) {
    await tell(host, eventsOfAll(live.slice(i, i + PART)));
    if ((await rebuildCall(host, 'GET')).state.state === 'rebuilding') whileRebuilt += PART;
  }
  t.match(await ending, { outcome: 'done' });
  t.ok(whileRebuilt > 0, `${whileRebuilt} orders came in while it was rebuilt`);
  await settled(host);
  ended = true;
  await reading;

  const after = await contentOf(host.env);
  t.equal(after.documents, 7000);
  await rebuild(host);
  t.same(await contentOf(host.env), after, 'a rebuild in peace comes to the same');
});

test('no other group and no stream of the shop sees what is told again', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  await remember(host, eventsOfAll(manyLifecycles(100, 'old', FROM)));
  t.match(await rebuild(host), { documents: 100 });
  t.equal(await host.env.redis.xlen(`${host.env.keyPrefix}ORDERS_STREAM`), 0);
  t.equal(await host.env.redis.xlen(`${host.env.keyPrefix}PAYMENTS_STREAM`), 0);
});

test('a rebuild that runs is not begun twice, and one that is given up changes nothing', async (t) => {
  const env = await openTestEnvironment(t);
  // Nobody is there who could tell.
  const host = await startTestHost(t, { env, modules: [orderHistory] });
  const [one, other] = await Promise.all([rebuildCall(host, 'POST'), rebuildCall(host, 'POST')]);
  t.equal(one.statusCode, 202);
  t.equal(one.state.state, 'rebuilding');
  t.equal(one.state.run, other.state.run);
  t.match(await rebuildCall(host, 'GET'), { state: { state: 'rebuilding', run: one.state.run } });

  t.match(await rebuildCall(host, 'DELETE'), {
    statusCode: 200,
    state: { state: 'idle', last: { run: one.state.run, outcome: 'abandoned' } },
  });
  t.equal((await historyOf(env)).collectionName, 'history');
});

test('an event that cannot be applied fails the rebuild, and what was there is read on', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  await tell(host, eventsOfAll(manyLifecycles(10, 'old', FROM)));
  await settled(host);
  const before = await contentOf(host.env);
  const [poison] = eventsOf({ orderId: 'bad', userId: 'x', at: FROM, ends: 'placed' }).orders;
  await remember(host, { orders: [{ ...poison!, totalAmount: 'much' }] });

  t.match(await rebuild(host), { outcome: 'failed', reason: /totalAmount/ });
  t.same(await contentOf(host.env), before);
});

test('what is left of a rebuild goes: the old collection and what was told', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  await remember(host, eventsOfAll(manyLifecycles(50, 'old', FROM)));
  await rebuild(host);
  const { env } = host;
  const db = env.mongodb.db(`${env.databasePrefix}order_history`);
  await eventually('one collection is left', async () => {
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(
      ({ name }) => name,
    );
    return names.filter((name) => name.startsWith('history')).length === 1;
  });
  const keys = await env.redis.keys(`{${env.keyPrefix}*:replay:*`);
  t.same(keys, []);
  t.match(await contentOf(env), { documents: 50 });
});

test('modules in processes of their own rebuild together', async (t) => {
  const env = await openTestEnvironment(t);
  const orders = await startTestHost(t, { env, modules: fakes.slice(0, 1) });
  const payments = await startTestHost(t, { env, modules: fakes.slice(1) });
  const history = await startTestHost(t, { env, modules: [orderHistory] });
  const second = await startTestHost(t, { env, modules: [orderHistory] });
  const told = eventsOfAll(manyLifecycles(2000, 'old', FROM));
  await remember(orders, { orders: told.orders });
  await remember(payments, { payments: told.payments });

  t.match(await rebuild(history), { outcome: 'done', documents: 2000 });
  const { documents, digest } = await contentOf(env);
  t.match(await rebuild(second), { outcome: 'done', documents: 2000 });
  t.same(await contentOf(env), { documents, digest });
});
