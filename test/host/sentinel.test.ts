/** Redis may fail over to a replica that was behind: nothing is lost, nothing is done twice. */
import { test } from 'tap';
import { loadConfig } from '../../src/config/index.ts';
import { parseSentinelUrl } from '../../src/sentinel.ts';
import { openSentinel } from '../redis-sentinel.ts';
import { seed, stockOf, type OrderBody } from '../shop.ts';
import { eventually, openPlace, startTestHost, type TestHost } from '../support.ts';

const ORDERS = 20;

/** A buyer with a session of the gateway's. */
async function openBuyer(host: TestHost) {
  const signedIn = await host.app.inject({ method: 'POST', url: '/api/sessions' });
  const headers = { authorization: `Bearer ${signedIn.json<{ token: string }>().token}` };
  return {
    /** Orders one piece; is answered although Redis is away. */
    async buy(): Promise<OrderBody> {
      const payload = { items: [{ productId: 'a', quantity: 1 }] };
      const response = await host.app.inject({
        method: 'POST',
        url: '/api/orders',
        headers,
        payload,
      });
      if (response.statusCode !== 202) throw new Error(`the order was refused: ${response.body}`);
      return response.json<OrderBody>();
    },
    isPaid: ({ orderId }: OrderBody) =>
      eventually(`order ${orderId} is paid`, async () => {
        const response = await host.app.inject({ url: `/api/orders/${orderId}`, headers });
        return response.json<OrderBody>().orderStatusCode === 3;
      }),
    async history(): Promise<number> {
      const response = await host.app.inject({ url: '/api/order-history?limit=100', headers });
      const { items } = response.json<{ items?: { orderStatusCode: number }[] }>();
      return items?.filter(({ orderStatusCode }) => orderStatusCode === 3).length ?? 0;
    },
  };
}

for (const [how, what] of [
  ['SIGKILL', 'the master dies'],
  ['SIGSTOP', 'the master stands still'],
] as const)
  test(`${what}, and its replica lacks the newest events`, async (t) => {
    const set = await openSentinel(t);
    const shared = await openPlace(t);
    const host = await startTestHost(t, { place: { ...shared, redisUrl: set.url } });
    await seed(host, [{ productId: 'a', stockQty: 100 }]);
    const buyer = await openBuyer(host);
    const some = () => Promise.all(Array.from({ length: ORDERS }, () => buyer.buy()));

    const before = await some();
    await Promise.all(before.map((order) => buyer.isPaid(order)));
    await set.cutReplicaOff();
    const behind = await some();
    t.ok((await set.loseMaster(how)) > 0, 'the new master lacks what the old one had confirmed');
    const after = await some();

    await Promise.all([...before, ...behind, ...after].map((order) => buyer.isPaid(order)));
    const count = 3 * ORDERS;
    await eventually(
      'every reservation is sold',
      async () => (await stockOf(host, 'a')).reserved === 0,
    );
    t.same(await stockOf(host, 'a'), { stockQty: 100 - count, soldQty: count, reserved: 0 });
    const { db } = host.context('payments');
    t.equal(await db.collection('payments').countDocuments(), count, 'each is paid once');
    await eventually('the history has all', async () => (await buyer.history()) === count);
    await eventually(
      'the process is ready',
      async () => (await host.app.inject('/readyz')).statusCode === 200,
    );
  });

test('REDIS_URL names Sentinels, the master, and what either wants to know', (t) => {
  t.same(parseSentinelUrl('redis+sentinel://a,b:1234,[::1]:5/shop'), {
    sentinels: [
      { host: 'a', port: 26_379 },
      { host: 'b', port: 1234 },
      { host: '::1', port: 5 },
    ],
    name: 'shop',
    db: 0,
  });
  t.match(
    parseSentinelUrl(
      'rediss+sentinel://user:p%40ss@a:1/shop/2?sentinelUsername=u&sentinelPassword=s%2F',
    ),
    {
      sentinels: [{ host: 'a', port: 1 }],
      name: 'shop',
      db: 2,
      username: 'user',
      password: 'p@ss',
      sentinelUsername: 'u',
      sentinelPassword: 's/',
      tls: {},
      enableTLSForSentinelMode: true,
    },
  );
  t.equal(parseSentinelUrl('redis://a:1/2'), undefined, 'one server is no Sentinel');
  for (const url of ['redis+sentinel://a,b', 'redis+sentinel://a,b/', 'redis+other://a,b'])
    t.throws(() => loadConfig({ REDIS_URL: url }), { message: /REDIS_URL/ }, url);
  t.ok(loadConfig({ REDIS_URL: 'redis+sentinel://a,b/shop' }));
  t.end();
});
