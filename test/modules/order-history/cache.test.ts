/** The cache in front of the history: it saves reads, and shows nobody what is old or another's. */
import { test } from 'tap';
import { get } from '../../shop.ts';
import { openPlace, startTestHost, type TestHost } from '../../support.ts';
import { orderHistory } from '../../../modules/order-history/index.ts';
import { rebuild, settled, historyOf } from './content.ts';
import { eventsOf, type Life } from './lives.ts';
import { historyShop, tell } from './stand-ins.ts';

const FROM = Date.UTC(2026, 0, 1);
const life = (orderId: string, userId: string, ends: Life['ends'] = 'paid'): Life => ({
  orderId,
  userId,
  at: FROM,
  ends,
});

/** How the cache answered, and the ids of the list. */
async function list(host: TestHost, userId: string): Promise<[unknown, string[]]> {
  const response = await get(host, '/api/order-history', userId);
  const { items } = response.json<{ items: { orderId: string }[] }>();
  return [response.headers['x-cache'], items.map(({ orderId }) => orderId)];
}

test('an answer is kept until an event of that user is handled', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  await tell(host, eventsOf(life('first', 'alice')));
  await settled(host);
  t.same(await list(host, 'alice'), ['MISS', ['first']]);
  t.same(await list(host, 'alice'), ['HIT', ['first']]);
  t.same(await list(host, 'bob'), ['MISS', []]);

  await tell(host, eventsOf({ ...life('second', 'alice'), at: FROM + 1 }));
  await settled(host);
  t.same(await list(host, 'alice'), ['MISS', ['second', 'first']]);
  t.same(await list(host, 'bob'), ['HIT', []]);
});

test('after an event was handled, no process shows what was before', async (t) => {
  const place = await openPlace(t);
  const hosts = [
    await startTestHost(t, { place, modules: historyShop }),
    await startTestHost(t, { place, modules: [orderHistory] }),
  ];
  let reading = true;
  // Who reads all the time fills the cache at every moment, also at the wrong one.
  const readers = hosts.map(async (host) => {
    while (reading) await list(host, 'alice');
  });
  const [host] = hosts;
  for (let i = 1; i <= 40; i += 1) {
    await tell(host!, eventsOf({ ...life(`order-${i}`, 'alice', 'placed'), at: FROM + i }));
    await settled(host!);
    for (const one of hosts) {
      const [, ids] = await list(one, 'alice');
      if (ids[0] !== `order-${i}`) t.fail(`${ids[0]} was shown when order-${i} was handled`);
    }
  }
  reading = false;
  await Promise.all(readers);
  t.pass('each was shown at once');
});

test('what a rebuild corrects is shown when it is done', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  await tell(host, eventsOf(life('lost', 'alice')));
  await settled(host);
  await (await historyOf(host.place)).deleteMany({});
  t.same(await list(host, 'alice'), ['MISS', []]);
  await rebuild(host);
  const ended = Date.now();
  for (;;) {
    const [, ids] = await list(host, 'alice');
    if (ids.length === 1) break;
    if (Date.now() - ended > 2000) return t.fail('the old list was shown for long');
  }
  return t.pass('it is shown');
});

test('users whose ids look like keys of the cache share nothing', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  const users = ['a', 'a}:list:20:', 'a:list', 'a%3Alist', '{a}', 'A', 'a '];
  for (const user of users) await tell(host, eventsOf(life(`of ${user}`, user)));
  await settled(host);
  for (const round of ['MISS', 'HIT']) {
    for (const user of users) t.same(await list(host, user), [round, [`of ${user}`]]);
  }
  t.equal((await get(host, '/api/order-history/of%20a', 'A')).statusCode, 404);
});

test('without its cache the history is read from the store', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  await tell(host, eventsOf(life('first', 'alice')));
  await settled(host);
  t.same(await list(host, 'alice'), ['MISS', ['first']]);
  const keys = await host.place.redis.keys(`{${host.place.keyPrefix}millrace:order-history:*`);
  t.ok(keys.length > 0, 'something was kept');
  await host.place.redis.del(keys);
  t.same(await list(host, 'alice'), ['MISS', ['first']]);
});
