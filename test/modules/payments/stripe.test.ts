/** Payments through Stripe, played by a fake. */
import { test } from 'tap';
import { get } from '../../shop.ts';
import { eventually } from '../../support.ts';
import { accepted, cancelled, refundRequested } from './counter.ts';
import { startStripeShop } from './stripe-shop.ts';

test('a payment is held for the buyer, confirmed, captured, and told', async (t) => {
  const shop = await startStripeShop(t);
  await shop.publish(accepted('order', 649));
  const { _id, reference } = await shop.paymentOf('order', 'pending');

  t.match(shop.stripe.intentOf('order'), {
    id: reference,
    amount: 64_900,
    currency: 'inr',
    capture_method: 'manual',
    metadata: { orderId: 'order', paymentId: _id },
  });
  t.match((await get(shop, `/api/payments/${_id}`)).json(), {
    status: 'pending',
    provider: 'stripe',
    amount: 649,
    action: { clientSecret: `${reference}_secret` },
  });
  const [create] = shop.stripe.requests;
  t.match(create, { method: 'POST', path: '/v1/payment_intents', key: _id });

  // No report comes: the task asks.
  shop.stripe.confirm('order');
  await shop.paymentOf('order');
  t.equal(shop.stripe.intentOf('order')?.status, 'succeeded');
  await eventually('it is told', async () => (await shop.told('order')).length === 1);
});

test('whatever fails on the way, there is one PaymentIntent, captured once', async (t) => {
  const shop = await startStripeShop(t);
  const create = /^POST .*payment_intents$/;
  shop.stripe.fail(create, 'reset after the effect', '503 at the door', 'hangs', '409');
  shop.stripe.fail(/capture$/, 'reset after the effect', '500 kept', 'hangs');
  await shop.publish(accepted('order'));
  const { _id } = await shop.paymentOf('order', 'pending');
  shop.stripe.confirm('order');
  await shop.paymentOf('order');

  t.equal(shop.stripe.intents.length, 1);
  const asked = shop.stripe.requests.filter(({ path }) => path === '/v1/payment_intents');
  t.ok(asked.length >= 4, `${asked.length} questions`);
  t.same(new Set(asked.map(({ key }) => key)), new Set([_id]));
});

test('a failure that Stripe keeps for its key ends with the key, without a second PaymentIntent', async (t) => {
  const shop = await startStripeShop(t);
  shop.stripe.fail(/^POST .*payment_intents$/, '500 kept');
  await shop.publish(accepted('order'));
  await eventually('it is asked again', () => shop.stripe.requests.length >= 3);
  await shop.paymentOf('order', 'initiated');
  shop.stripe.forgetKeys();
  await shop.paymentOf('order', 'pending');
  t.equal(shop.stripe.intents.length, 1);
});

test('a declined card is no end; a cancelled PaymentIntent is', async (t) => {
  const shop = await startStripeShop(t);
  await shop.publish(accepted('order'));
  await shop.paymentOf('order', 'pending');
  const intent = shop.stripe.intentOf('order')!;
  t.equal((await shop.report('payment_intent.payment_failed', intent)).statusCode, 200);
  await shop.paymentOf('order', 'pending');

  Object.assign(intent, { status: 'canceled', cancellation_reason: 'abandoned' });
  t.equal((await shop.report('payment_intent.canceled', intent)).statusCode, 200);
  const { ended } = await shop.paymentOf('order', 'failed');
  t.match(ended?.reason, /abandoned/);
  await eventually('it is told', async () => (await shop.told('order')).length === 1);
  t.match(await shop.told('order'), [{ type: 'payment.failed', orderStatusCode: '-3' }]);
});

test('what Stripe refuses to begin has failed', async (t) => {
  const shop = await startStripeShop(t);
  await shop.publish(accepted('large', 10_000_000), accepted('free', 0));
  const { ended } = await shop.paymentOf('large', 'failed');
  t.match(ended?.reason, /too large/);
  await shop.paymentOf('free');
  t.equal(shop.stripe.intents.length, 0, 'and nothing is asked for what costs nothing');
});

test('an order that is cancelled lets the PaymentIntent go, also one that nobody knows of yet', async (t) => {
  const shop = await startStripeShop(t);
  await shop.publish(accepted('waiting'));
  await shop.paymentOf('waiting', 'pending');
  const create = /^POST .*payment_intents$/;
  shop.stripe.fail(create, ...Array.from({ length: 3 }, () => 'reset after the effect' as const));
  await shop.publish(accepted('unknown'));
  await eventually('Stripe has it', () => shop.stripe.intentOf('unknown'));
  await shop.publish(cancelled('waiting'), cancelled('unknown'));
  await shop.paymentOf('waiting', 'cancelled');
  await shop.paymentOf('unknown', 'cancelled');
  t.same(
    shop.stripe.intents.map(({ status }) => status),
    ['canceled', 'canceled'],
  );
});

test('a refund is made once, whatever fails, and keeps nothing of a cancelled order', async (t) => {
  const shop = await startStripeShop(t);
  await shop.publish(accepted('order', 100));
  const { _id } = await shop.paymentOf('order', 'pending');
  shop.stripe.confirm('order');
  await shop.paymentOf('order');

  shop.stripe.fail(/^POST .*refunds$/, 'reset after the effect', '503 at the door', 'hangs');
  const answer = await shop.operator('POST', `/${_id}/refunds`, { amount: 30 });
  t.ok([201, 202].includes(answer.statusCode));
  const { refunds: [first] = [] } = await shop.refunded('order', 30);
  // Stripe's client asks a second time by itself where a connection is closed.
  await eventually('no question is on its way', () => {
    const asked = shop.stripe.requests.filter(({ key }) => key === first?.refundId);
    return asked.length === 2;
  });
  shop.stripe.forgetKeys();
  await shop.publish(refundRequested('order', _id));
  await shop.refunded('order', 100);
  t.match(shop.stripe.refunds, [{ amount: 3000 }, { amount: 7000 }]);
  t.equal(shop.stripe.refunds.length, 2);
});

test('a refund that takes its time is confirmed by a report', async (t) => {
  const shop = await startStripeShop(t);
  shop.stripe.refundsAre = 'pending';
  await shop.publish(accepted('order', 100));
  const { _id } = await shop.paymentOf('order', 'pending');
  shop.stripe.confirm('order');
  await shop.paymentOf('order');
  for (const amount of [10, 20, 30])
    t.equal((await shop.operator('POST', `/${_id}/refunds`, { amount })).statusCode, 202);

  const [done, failed, asked] = shop.stripe.refunds;
  Object.assign(done!, { status: 'succeeded' });
  Object.assign(failed!, { status: 'failed', failure_reason: 'declined' });
  t.equal((await shop.report('refund.updated', done!)).statusCode, 200);
  t.equal((await shop.report('refund.failed', failed!)).statusCode, 200);
  Object.assign(asked!, { status: 'succeeded' });
  const charge = { object: 'charge', metadata: { paymentId: _id } };
  t.equal((await shop.report('charge.refunded', charge)).statusCode, 200);
  t.match((await shop.operator('GET', `/${_id}`)).json(), {
    refundedAmount: 40,
    refunds: [{ status: 'done' }, { status: 'failed', failure: /declined/ }, { status: 'done' }],
  });
});
