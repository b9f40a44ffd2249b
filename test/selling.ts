/** A shop that sells while Redis moves or loses something: nothing may be lost, nothing done twice. */
import type { Test } from 'tap';
import { seed, stockOf, type OrderBody } from './shop.ts';
import { eventually, openTestEnvironment, startTestHost, type TestHost } from './support.ts';

const STOCK = 10_000;
/** The orders of each part of a scenario. */
const ORDERS = 20;

interface HistoryPage {
  items: { orderStatusCode: number }[];
  nextCursor: string | null;
}

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
      let paid = 0;
      for (let cursor: string | null | undefined = ''; typeof cursor === 'string';) {
        const url: string = `/api/order-history?limit=100${cursor && `&cursor=${cursor}`}`;
        const response = await host.app.inject({ url, headers });
        const page = response.json<Partial<HistoryPage>>();
        paid += page.items?.filter(({ orderStatusCode }) => orderStatusCode === 3).length ?? 0;
        cursor = page.nextCursor;
      }
      return paid;
    },
  };
}

export interface SellingShop {
  host: TestHost;
  /** Places one order; it is answered although Redis is away. */
  buy: () => Promise<void>;
  /** Waits until every order is paid, and sees that the books agree. */
  settle: () => Promise<void>;
}

/** Opens a shop on the Redis of the URL, with the databases of the engines that all tests share. */
export async function openShop(t: Test, redisUrl: string): Promise<SellingShop> {
  const host = await startTestHost(t, { env: await openTestEnvironment(t, redisUrl) });
  await seed(host, [{ productId: 'a', stockQty: STOCK }]);
  const buyer = await openBuyer(host);
  const orders: OrderBody[] = [];
  return {
    host,
    buy: async () => void orders.push(await buyer.buy()),
    async settle() {
      await Promise.all(orders.map((order) => buyer.isPaid(order)));
      const count = orders.length;
      await eventually(
        'every reservation is sold',
        async () => (await stockOf(host, 'a')).reserved === 0,
      );
      t.same(await stockOf(host, 'a'), { stockQty: STOCK - count, soldQty: count, reserved: 0 });
      const { db } = host.context('payments');
      t.equal(await db.collection('payments').countDocuments(), count, 'each is paid once');
      await eventually('the history has all', async () => (await buyer.history()) === count);
      await eventually(
        'the process is ready',
        async () => (await host.app.inject('/readyz')).statusCode === 200,
      );
    },
  };
}

/** The ways in which a master is lost. */
export const LOSSES = [
  ['SIGKILL', 'a master dies'],
  ['SIGSTOP', 'a master stands still'],
] as const;

/** Sells before the replica is cut off, while it is, while the master is lost, and after. */
export async function sellThroughLoss(
  t: Test,
  shop: SellingShop,
  redis: { cutReplicaOff: () => Promise<void>; loseMaster: () => Promise<number> },
): Promise<void> {
  const some = () => Promise.all(Array.from({ length: ORDERS }, () => shop.buy()));
  await some();
  await shop.settle();
  await redis.cutReplicaOff();
  await some();
  const [lacking] = await Promise.all([redis.loseMaster(), some()]);
  t.ok(lacking > 0, `the new master lacks ${lacking} bytes that the old one had confirmed`);
  await some();
  await shop.settle();
}
