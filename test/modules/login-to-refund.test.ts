/** A whole purchase by a registered user, from login to refund, by REST calls alone. */
import type { InjectOptions } from 'fastify';
import { test } from 'tap';
import { seed } from '../shop.ts';
import { startSplitShop } from '../split.ts';
import { ADMIN_TOKEN, eventually, startTestHost, type TestHost } from '../support.ts';

interface Order {
  orderId: string;
  orderStatusCode: number;
  orderAmount: number;
  paymentId: string;
  refundedAmount?: number;
}

/** What any of the calls may answer, as far as this test looks at it. */
interface Body extends Order {
  token: string;
  userId: string;
  stockQty: number;
  items: (Order & { productId: string; type: string })[];
}

/** Calls the shop with a token. */
const client =
  ({ app }: TestHost, token?: string) =>
  async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const request: InjectOptions = { method, url, headers, ...(payload && { payload }) };
    const response = await app.inject(request);
    const body = (response.body === '' ? {} : response.json()) as Body;
    return { status: response.statusCode, body };
  };

for (const [where, start] of [
  ['in one process', startTestHost],
  ['a process for each module', startSplitShop],
] as const) {
  test(`from login to refund: ${where}`, async (t) => {
    const shop = await start(t);
    await seed(shop, [
      { productId: 'shoes', price: 22885, stockQty: 5 },
      { productId: 'mug', price: 299, stockQty: 100 },
    ]);
    const account = { email: 'ann@example.com', password: 'a mill by the stream' };
    const operator = client(shop, ADMIN_TOKEN);

    // Ann registers, goes away, and signs in again.
    const registered = await client(shop)('POST', '/api/accounts', account);
    t.equal(registered.status, 201);
    const signedIn = await client(shop)('POST', '/api/sessions', account);
    t.equal(signedIn.status, 201);
    t.equal(signedIn.body.userId, registered.body.userId, 'she is the same user');
    const ann = client(shop, signedIn.body.token);

    // She finds the shoes and orders them, with two mugs.
    const found = await ann('GET', '/api/products?search=shoes');
    t.match(found.body.items, [{ productId: 'shoes' }]);
    const placed = await ann('POST', '/api/orders', {
      items: [
        { productId: 'shoes', quantity: 1 },
        { productId: 'mug', quantity: 2 },
      ],
    });
    t.equal(placed.status, 202);
    t.match(placed.body, { orderStatusCode: 1, orderAmount: 22885 + 2 * 299 });
    const { orderId } = placed.body;
    const order = async () => (await ann('GET', `/api/orders/${orderId}`)).body;
    const reaches = (code: number) =>
      eventually(`the order stands at ${code}`, async () => {
        const now = await order();
        return now.orderStatusCode === code && now;
      });

    // It is paid, without her doing anything more.
    const { paymentId } = await reaches(3);
    t.match((await ann('GET', `/api/payments/${paymentId}`)).body, {
      orderId,
      amount: 23483,
      status: 'processed',
    });

    // One mug was broken: the operator gives the money for it back.
    const given = await operator('POST', `/api/admin/payments/${paymentId}/refunds`, {
      amount: 299,
      reason: 'one mug arrived broken',
    });
    t.ok(given.status < 300, `the refund was taken: ${given.status}`);
    await eventually('her order says so', async () => (await order()).refundedAmount === 299);
    t.equal((await order()).orderStatusCode, 3, 'it is still paid');

    // She changes her mind about the rest, and has all of her money back.
    t.equal((await ann('POST', `/api/orders/${orderId}/cancel`)).status, 202);
    t.match(await reaches(4), { refundedAmount: 23483 });
    t.match((await ann('GET', `/api/payments/${paymentId}`)).body, { refundedAmount: 23483 });

    // What she bought, and how it went, is in her history.
    const history = await eventually('her history knows of the refund', async () => {
      const { body } = await ann('GET', '/api/order-history');
      return body.items[0]?.orderStatusCode === 4 && body;
    });
    t.match(history.items, [{ orderId, orderAmount: 23483, refundedAmount: 23483 }]);
    const { body: timeline } = await ann('GET', `/api/orders/${orderId}/timeline`);
    const types = timeline.items.map(({ type }) => type);
    for (const type of [
      'order.placed',
      'stock.reserved',
      'identity.scored',
      'order.accepted',
      'payment.processed',
      'order.paid',
      'order.refund_requested',
      'payment.refunded',
      'order.refunded',
    ])
      t.ok(types.includes(type), `${type} is in the timeline`);

    // The goods are in stock again.
    await eventually('the shoes are back', async () => {
      const shoes = await operator('GET', '/api/admin/products/shoes');
      return shoes.body.stockQty === 5;
    });

    // She signs out, and her token is worth nothing.
    t.equal((await ann('DELETE', '/api/sessions/current')).status, 204);
    t.equal((await ann('GET', `/api/orders/${orderId}`)).status, 401);
  });
}
