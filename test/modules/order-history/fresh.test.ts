/** Reading the history: it shows nobody what is old or another's. */
import { test } from 'tap';
import { get } from '../../shop.ts';
import { openTestEnvironment, startTestHost, type TestHost } from '../../support.ts';
import { orderHistory } from '../../../modules/order-history/index.ts';
import { rebuild, settled, historyOf } from './content.ts';
import { eventsOf, type Lifecycle } from './lifecycles.ts';
import { historyShop, tell } from './fakes.ts';

const FROM = Date.UTC(2026, 0, 1);
const life = (orderId: string, userId: string, ends: Lifecycle['ends'] = 'paid'): Lifecycle => ({
  orderId,
  userId,
  at: FROM,
  ends,
});

/** The ids of the list. */
async function list(host: TestHost, userId: string): Promise<string[]> {
  const response = await get(host, '/api/order-history', userId);
  const { items } = response.json<{ items: { orderId: string }[] }>();
  return items.map(({ orderId }) => orderId);
}

test('after an event was handled, no process shows what was before', async (t) => {
  const env = await openTestEnvironment(t);
  const hosts = [
    await startTestHost(t, { env, modules: historyShop }),
    await startTestHost(t, { env, modules: [orderHistory] }),
  ];
  const [host] = hosts;
  for (let i = 1; i <= 20; i += 1) {
    await tell(host!, eventsOf({ ...life(`order-${i}`, 'alice', 'placed'), at: FROM + i }));
    await settled(host!);
    for (const one of hosts) {
      const ids = await list(one, 'alice');
      if (ids[0] !== `order-${i}`) t.fail(`${ids[0]} was shown when order-${i} was handled`);
    }
  }
  t.pass('each was shown at once');
});

test('what a rebuild corrects is shown when it is done', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  await tell(host, eventsOf(life('lost', 'alice')));
  await settled(host);
  await (await historyOf(host.env)).deleteMany({});
  t.same(await list(host, 'alice'), []);
  await rebuild(host);
  const ended = Date.now();
  for (;;) {
    const ids = await list(host, 'alice');
    if (ids.length === 1) break;
    if (Date.now() - ended > 2000) return t.fail('the old list was shown for long');
  }
  return t.pass('it is shown');
});

test('users whose ids look alike share nothing', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  const users = ['a', 'a}:list:20:', 'a:list', 'a%3Alist', '{a}', 'A', 'a '];
  for (const user of users) await tell(host, eventsOf(life(`of ${user}`, user)));
  await settled(host);
  for (const user of users) t.same(await list(host, user), [`of ${user}`]);
  t.equal((await get(host, '/api/order-history/of%20a', 'A')).statusCode, 404);
});
