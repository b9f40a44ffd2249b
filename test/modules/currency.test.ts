/** One currency everywhere, with the decimals that ISO 4217 gives it, and no sale at a price in another. */
import { test } from 'tap';
import { modules } from '../../modules/index.ts';
import type { Settings } from '../../modules/orders/settings.ts';
import { fromOrderAmount, orderAccepted, toOrderAmount } from '../../modules/orders/events.ts';
import type { PaymentDocument } from '../../modules/payments/document.ts';
import { loadConfig } from '../../src/config/index.ts';
import { ended, entriesOf, get, place, post, seed, type OrderBody } from '../shop.ts';
import {
  ADMIN_TOKEN,
  eventually,
  openTestEnvironment,
  startTestHost,
  type TestHost,
} from '../support.ts';
import { openBank } from './payments/bank.ts';
import { startCounter } from './payments/counter.ts';
import { startStripeShop } from './payments/stripe-shop.ts';

const one = { items: [{ productId: 'a', quantity: 1 }] };

/** What product, order, payment and history say of a purchase. */
async function buy(host: TestHost) {
  const placed = await eventually('the product can be ordered', async () => {
    const response = await post(host, one);
    return response.statusCode === 202 && response.json<OrderBody>();
  });
  const order = await ended(host, placed);
  const history = await eventually('the history knows that it is paid', async () => {
    const answer = (await get(host, `/api/order-history/${order.orderId}`)).json<OrderBody>();
    return answer.orderStatusCode === 3 && answer;
  });
  const payment = (await get(host, `/api/payments/${order.paymentId}`)).json<object>();
  const product = (await get(host, '/api/products/a')).json<object>();
  return { order, history, payment, product };
}

test('a currency has as many decimals as ISO 4217 says, and is one', (t) => {
  for (const [CURRENCY, CURRENCY_DECIMALS] of [
    ['KWD', '3'],
    ['BHD', '3'],
    ['JPY', '0'],
    ['HUF', '2'],
    ['INR', '0'],
    ['XCG', '2'],
  ] as const)
    t.match(loadConfig({ CURRENCY, CURRENCY_DECIMALS }, modules), { CURRENCY });
  for (const [CURRENCY, most] of Object.entries({ JPY: 0, EUR: 2, KWD: 3 }))
    t.throws(() => loadConfig({ CURRENCY, CURRENCY_DECIMALS: String(most + 1) }, modules), {
      code: 'CONFIG_INVALID',
      message: `CURRENCY_DECIMALS holds ${most + 1}, but ${CURRENCY} has ${most} by ISO 4217.`,
    });
  t.throws(() => loadConfig({ CURRENCY: 'XYZ' }, modules), {
    message: /^CURRENCY holds "XYZ".*ISO 4217/,
  });
  t.end();
});

test('an amount on the wire has two decimals, and more only where it counts in more', (t) => {
  for (const [amount, decimals, text] of [
    [22885, 0, '22885.00'],
    [22885, 2, '228.85'],
    [500, 0, '500.00'],
    [22885, 3, '22.885'],
    [5, 3, '0.005'],
    [5, 4, '0.0005'],
  ] as const) {
    t.equal(toOrderAmount(amount, decimals), text);
    t.equal(fromOrderAmount(text, decimals), amount);
  }
  t.equal(fromOrderAmount('22.88', 3), 22_880, "the tutorial's two decimals are some of three");
  t.throws(() => fromOrderAmount('22.885', 2));
  t.end();
});

test('a shop in a currency of three decimals sells, and tells the amount exactly', async (t) => {
  const environment = { CURRENCY: 'KWD', CURRENCY_DECIMALS: '3' };
  const host = await startTestHost(t, { environment });
  await seed(host, [{ productId: 'a', price: 22_885 }]);
  const { order, history, payment, product } = await buy(host);
  const unit = { currency: 'KWD', decimals: 3 };
  t.match(order, { orderStatusCode: 3, orderAmount: 22_885, ...unit });
  t.match(history, { orderAmount: 22_885, ...unit });
  t.match(payment, { amount: 22_885, ...unit });
  t.match(product, { price: 22_885, ...unit });
  const entries = await entriesOf(host, 'ORDERS_STREAM');
  t.match(
    entries.filter(({ type }) => type === 'order.accepted'),
    [{ orderAmount: '22.885', v: '2', currency: 'KWD', decimals: '3' }],
  );
});

for (const [what, before, after] of [
  ['CURRENCY', { CURRENCY: 'INR' }, { CURRENCY: 'EUR' }],
  ['CURRENCY_DECIMALS', { CURRENCY_DECIMALS: '0' }, { CURRENCY_DECIMALS: '2' }],
] as const) {
  test(`after ${what} has changed nothing is sold until it is imported anew`, async (t) => {
    const shared = await openTestEnvironment(t);
    const first = await startTestHost(t, { env: shared, environment: { ...before } });
    await seed(first, [{ productId: 'a', price: 649 }]);
    const old = await ended(first, await place(first, { a: 1 }));
    await first.stop();

    const host = await startTestHost(t, { env: shared, environment: { ...after } });
    const refused = await post(host, one);
    t.equal(refused.statusCode, 409);
    t.match(refused.json(), {
      type: 'urn:millrace:problem:other-currency',
      detail: /priced anew in (EUR|INR): Product a\./,
    });
    const unit = { currency: 'INR', decimals: 0 };
    t.match((await get(host, '/api/products/a')).json(), unit, 'its price is shown as what it is');

    await seed(host, [{ productId: 'a', price: 7 }]);
    const { CURRENCY, CURRENCY_DECIMALS } = host.context('orders').settings as Settings;
    const now = { currency: CURRENCY, decimals: CURRENCY_DECIMALS };
    for (const said of Object.values(await buy(host))) t.match(said, now);
    for (const path of [`orders/${old.orderId}`, `order-history/${old.orderId}`])
      t.match((await get(host, `/api/${path}`)).json(), unit, 'what was bought before stays');
  });
}

test("a price that the operator sets is one in the shop's currency", async (t) => {
  const shared = await openTestEnvironment(t);
  const first = await startTestHost(t, { env: shared });
  await seed(first, [{ productId: 'a', price: 649 }]);
  await first.stop();
  const host = await startTestHost(t, { env: shared, environment: { CURRENCY: 'EUR' } });
  const response = await host.app.inject({
    method: 'PATCH',
    url: '/api/admin/products/a',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    payload: { price: 649 },
  });
  t.match(response.json(), { price: 649, currency: 'EUR' });
  t.match((await buy(host)).payment, { amount: 649, currency: 'EUR' });
});

test('an order is paid in the currency that it was placed in', async (t) => {
  const environment = { CURRENCY: 'EUR', CURRENCY_DECIMALS: '2' };
  const counter = await startCounter(t, openBank('processed').provider, { environment });
  const order = { orderId: 'o', orderAmount: '649.00', userId: 'alice' };
  await counter.publish(orderAccepted.create({ ...order, currency: 'INR', decimals: 0 }));
  t.match(await counter.paymentOf('o'), { amount: 649, currency: 'INR', decimals: 0 });
  await counter.publish(orderAccepted.create({ ...order, orderId: 'of the tutorial' }));
  const untold = await counter.paymentOf('of the tutorial');
  t.match(untold, {
    amount: 64_900,
    currency: 'EUR',
    decimals: 2,
  } satisfies Partial<PaymentDocument>);
});

test('Stripe takes three decimals where the last is 0, and says why not where it is not', async (t) => {
  const environment = { CURRENCY: 'KWD', CURRENCY_DECIMALS: '3' };
  const shop = await startStripeShop(t, environment);
  const order = { userId: 'alice', currency: 'KWD', decimals: 3 };
  await shop.publish(
    orderAccepted.create({ ...order, orderId: 'round', orderAmount: '22.88' }),
    orderAccepted.create({ ...order, orderId: 'exact', orderAmount: '0.01' }),
  );
  await shop.paymentOf('round', 'pending');
  await shop.paymentOf('exact', 'pending');
  t.match(shop.stripe.intentOf('round'), { amount: 22_880, currency: 'kwd' });
  t.match(shop.stripe.intentOf('exact'), { amount: 10 });
  shop.stripe.confirm('round');
  const { _id } = await shop.paymentOf('round');
  const refund = await shop.operator('POST', `/${_id}/refunds`, { amount: 1005 });
  t.match(refund.json(), { status: 'failed', failure: /KWD with a last decimal of 0/ });
  const good = await shop.operator('POST', `/${_id}/refunds`, { amount: 1000 });
  t.match(good.json(), { status: 'done' });
});
