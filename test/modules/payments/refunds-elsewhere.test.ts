/** Refunds that are made in Stripe's dashboard, and refunds that fail after they were done. */
import { test, type Test } from 'tap';
import { createRandom } from '../../faults/random.ts';
import { modules } from '../../../modules/index.ts';
import { as } from '../../session.ts';
import { get, place, seed, stockOf, type OrderBody } from '../../shop.ts';
import { eventually } from '../../support.ts';
import { accepted, refundRequested, SHORT } from './counter.ts';
import { startStripeShop, type StripeShop } from './stripe-shop.ts';
import type { StoredRefund } from './fake-stripe.ts';

/** So long that only reports bring a payment on, and that a busy machine answers. */
const LONG = { ...SHORT, responseTimeoutMs: 30_000, pollTimeoutMs: 30_000, retryMinMs: 60_000 };

/** A shop in which the order is paid with 100, which Stripe counts as 10 000. */
async function startPaid(t: Test): Promise<{ shop: StripeShop; paymentId: string }> {
  const shop = await startStripeShop(t, {}, LONG);
  await shop.publish(accepted('order', 100));
  await shop.paymentOf('order', 'pending');
  const intent = shop.stripe.confirm('order');
  await shop.report('payment_intent.amount_capturable_updated', intent);
  return { shop, paymentId: (await shop.paymentOf('order'))._id };
}

/** The events of refunds, each once, without what differs from run to run. */
async function toldOf(shop: StripeShop, count: number): Promise<Record<string, string>[]> {
  return eventually(`${count} events of refunds are told`, async () => {
    const refunds = (await shop.told('order')).filter(({ type = '' }) => /refund/.test(type));
    return refunds.length >= count && refunds;
  });
}

const reports: [string, (shop: StripeShop, refund: StoredRefund) => [string, object]][] = [
  ...['refund.created', 'refund.updated', 'charge.refund.updated'].map(
    (type): (typeof reports)[number] => [type, (_shop, refund) => [type, refund]],
  ),
  ['charge.refunded', ({ stripe }) => ['charge.refunded', stripe.chargeOf('order')]],
  [
    'charge.refunded without metadata',
    ({ stripe }) => ['charge.refunded', { ...stripe.chargeOf('order'), metadata: {} }],
  ],
];

for (const [name, reportOf] of reports) {
  test(`${name} of a refund made at Stripe counts, and the rest can be refunded`, async (t) => {
    const { shop, paymentId } = await startPaid(t);
    const refund = shop.stripe.refundInDashboard('order', 3000);
    t.equal((await shop.report(...reportOf(shop, refund))).statusCode, 200);
    t.match((await shop.operator('GET', `/${paymentId}`)).json(), {
      refundedAmount: 30,
      refunds: [{ refundId: refund.id, amount: 30, status: 'done', reason: 'At Stripe' }],
    });
    const rest = await shop.operator('POST', `/${paymentId}/refunds`, {});
    t.match(rest.json(), { amount: 70, status: 'done' });
    t.match(await toldOf(shop, 2), [
      { type: 'payment.refunded', refundId: refund.id, amount: '30', orderStatusCode: '3' },
      { type: 'payment.refunded', amount: '70', refundedAmount: '100', orderStatusCode: '4' },
    ]);
    t.match(shop.stripe.refunds, [{ amount: 3000 }, { amount: 7000 }]);
  });
}

test('reports of a refund that come twice and in any order lead to the same state', async (t) => {
  const states = ['pending', 'succeeded', 'failed'] as const;
  for (let round = 1; round <= 4; round += 1) {
    const { shop, paymentId } = await startPaid(t);
    const random = createRandom(round);
    const lost = shop.stripe.refundInDashboard('order', 2000);
    const kept = shop.stripe.refundInDashboard('order', 3000);
    const all = [
      ...states.map((status) => ({ ...lost, status })),
      ...states.slice(0, 2).map((status) => ({ ...kept, status })),
    ];
    lost.status = 'failed';
    for (const refund of random.shuffle([...all, ...all]))
      t.equal((await shop.report('refund.updated', refund)).statusCode, 200);
    await shop.report('charge.refunded', shop.stripe.chargeOf('order'));
    const payment = (await shop.operator('GET', `/${paymentId}`)).json<{
      refundedAmount: number;
      refunds: { refundId: string; status: string }[];
    }>();
    t.equal(payment.refundedAmount, 30, `seed ${round}`);
    t.same(
      new Map(payment.refunds.map(({ refundId, status }) => [refundId, status])),
      new Map([
        [lost.id, 'failed'],
        [kept.id, 'done'],
      ]),
    );
    const rest = await shop.operator('POST', `/${paymentId}/refunds`, {});
    t.match(rest.json(), { amount: 70, status: 'done' });
    await shop.stop();
  }
});

test('a refund made at Stripe that nobody has reported is learned of before the rest is refunded', async (t) => {
  const { shop, paymentId } = await startPaid(t);
  shop.stripe.refundInDashboard('order', 3000);
  const rest = await shop.operator('POST', `/${paymentId}/refunds`, {});
  t.match(rest.json(), { amount: 70, status: 'done' });
  t.match((await shop.operator('GET', `/${paymentId}`)).json(), { refundedAmount: 100 });
});

test('an order that is undone gets back what is left, though nobody has reported the other refund', async (t) => {
  const { shop, paymentId } = await startPaid(t);
  shop.stripe.refundInDashboard('order', 3000);
  await shop.publish(refundRequested('order', paymentId));
  await eventually('all is given back', async () => {
    const payment = (await shop.operator('GET', `/${paymentId}`)).json<{
      refundedAmount: number;
    }>();
    return payment.refundedAmount === 100;
  });
  t.match(shop.stripe.refunds, [{ amount: 3000 }, { amount: 7000 }]);
});

test('what Stripe cannot be asked about is reported again, and counts then', async (t) => {
  const { shop, paymentId } = await startPaid(t);
  shop.stripe.refundInDashboard('order', 10_000);
  shop.stripe.fail(/^GET .*refunds$/, '503 at the door');
  const same = { eventId: 'evt_same' };
  const charge = shop.stripe.chargeOf('order');
  t.equal((await shop.report('charge.refunded', charge, same)).statusCode, 503);
  t.equal((await shop.report('charge.refunded', charge, same)).statusCode, 200);
  t.match((await shop.operator('GET', `/${paymentId}`)).json(), { refundedAmount: 100 });
  t.match(await toldOf(shop, 1), [{ refundedAmount: '100', orderStatusCode: '4' }]);
});

test('a part of the smallest unit counts as a whole one: never more is asked for than is left', async (t) => {
  const { shop, paymentId } = await startPaid(t);
  await shop.report('refund.created', shop.stripe.refundInDashboard('order', 3050));
  const rest = await shop.operator('POST', `/${paymentId}/refunds`, {});
  t.match(rest.json(), { amount: 69, status: 'done' });
});

test('a refund of another PaymentIntent with our payment in its metadata is not ours', async (t) => {
  const { shop, paymentId } = await startPaid(t);
  const refund = shop.stripe.refundInDashboard('order', 3000);
  const other = { ...refund, id: 're_x', payment_intent: 'pi_x', metadata: { paymentId } };
  t.equal((await shop.report('refund.updated', other)).statusCode, 200);
  t.match((await shop.operator('GET', `/${paymentId}`)).json(), { refundedAmount: 0, refunds: [] });
});

for (const [type, status] of [
  ['refund.failed', 'failed'],
  ['refund.updated', 'canceled'],
] as const) {
  test(`${type}, ${status}, after the refund succeeded: it is owed again, and can be repeated`, async (t) => {
    const { shop, paymentId } = await startPaid(t);
    const first = await shop.operator('POST', `/${paymentId}/refunds`, { amount: 100 });
    t.match(first.json(), { status: 'done' });
    const [refund] = shop.stripe.refunds;
    Object.assign(refund!, { status, failure_reason: 'expired_or_canceled_card' });
    for (let times = 0; times < 2; times += 1)
      t.equal((await shop.report(type, refund!)).statusCode, 200);
    t.equal(
      (await shop.report('refund.updated', { ...refund!, status: 'succeeded' })).statusCode,
      200,
    );
    t.match((await shop.operator('GET', `/${paymentId}`)).json(), {
      refundedAmount: 0,
      refunds: [{ status: 'failed', failure: /expired_or_canceled_card/ }],
    });
    const again = await shop.operator('POST', `/${paymentId}/refunds`, {});
    t.match(again.json(), { amount: 100, status: 'done' });
    t.match(await toldOf(shop, 3), [
      { type: 'payment.refunded', orderStatusCode: '4', seq: '1', reopened: '0' },
      {
        type: 'payment.refund_failed',
        refundId: first.json<{ refundId: string }>().refundId,
        amount: '100',
        refundedAmount: '0',
        orderStatusCode: '3',
        seq: '2',
        reopened: '1',
      },
      { type: 'payment.refunded', orderStatusCode: '4', refundedAmount: '100', seq: '3' },
    ]);
    const published = await shop.told('order');
    const remembered = [];
    for await (const event of shop.module.setup!(shop.payments).eventHistory!())
      remembered.push(event);
    t.same(remembered, published, 'and is told again as it was');
  });
}

test('order and history follow a refund that fails after it succeeded, and the one after it', async (t) => {
  const others = modules.filter(({ name }) => name !== 'payments');
  const shop = await startStripeShop(t, {}, LONG, undefined, others);
  await seed(shop, [{ productId: 'a', price: 100, stockQty: 5 }]);
  const { orderId } = await place(shop, { a: 2 });
  const { _id: paymentId } = await shop.paymentOf(orderId, 'pending');
  const intent = shop.stripe.confirm(orderId);
  await shop.report('payment_intent.amount_capturable_updated', intent);
  const reaches = (code: number) =>
    eventually(`order and history say ${code}`, async () => {
      const paths = [`/api/orders/${orderId}`, `/api/order-history/${orderId}`];
      const answers = await Promise.all(paths.map((path) => get(shop, path)));
      const bodies = answers.map((answer) => answer.json<OrderBody & { refundedAmount: number }>());
      return bodies.every(({ orderStatusCode }) => orderStatusCode === code) && bodies;
    });
  await reaches(3);
  const url = `/api/orders/${orderId}/cancel`;
  await shop.app.inject({ method: 'POST', url, headers: as(shop, 'alice') });
  t.match(await reaches(4), [{ refundedAmount: 200 }, { refundedAmount: 200 }]);
  await eventually('its stock is back', async () => (await stockOf(shop, 'a')).stockQty === 5);

  const [refund] = shop.stripe.refunds;
  Object.assign(refund!, { status: 'failed', failure_reason: 'lost_or_stolen_card' });
  t.equal((await shop.report('refund.failed', refund!)).statusCode, 200);
  t.match(await reaches(3), [
    { refundedAmount: 0, cancellation: 'refund requested' },
    { refundedAmount: 0, refunds: [{ amount: 200, failure: /lost_or_stolen_card/ }] },
  ]);
  t.match((await shop.operator('POST', `/${paymentId}/refunds`, {})).json(), { status: 'done' });
  t.match(await reaches(4), [
    { refundedAmount: 200, cancellation: 'refunded' },
    { refundedAmount: 200, refunds: [{ failure: String }, { amount: 200 }] },
  ]);
  t.match(await stockOf(shop, 'a'), { stockQty: 5, soldQty: 0 }, 'its stock came back once');
});
