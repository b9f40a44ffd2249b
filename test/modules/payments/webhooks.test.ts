/** What the provider reports: believed only where it is signed and fresh, and in effect once. */
import { test } from 'tap';
import { eventually, startTestHost } from '../../support.ts';
import { payments } from '../../../modules/payments/index.ts';
import { openOwnEngines } from '../../own-engines.ts';
import { openTestEnvironment } from '../../support.ts';
import { accepted, SHORT } from './counter.ts';
import { startStripeShop } from './stripe-shop.ts';

/** So long that only reports bring a payment on. */
const LONG = {
  ...SHORT,
  responseTimeoutMs: 2000,
  pollTimeoutMs: 2000,
  retryMinMs: 60_000,
  retryMaxMs: 60_000,
};
const CAPTURABLE = 'payment_intent.amount_capturable_updated';

test('a report that is signed brings the payment on: held, then captured', async (t) => {
  const shop = await startStripeShop(t, {}, LONG);
  await shop.publish(accepted('order'));
  await shop.paymentOf('order', 'pending');
  const response = await shop.report(CAPTURABLE, shop.stripe.confirm('order'));
  t.match(response, { statusCode: 200 });
  t.same(response.json(), { received: true });
  t.match(await shop.payments.db.collection('payments').findOne({ orderId: 'order' }), {
    status: 'processed',
  });
  t.equal(shop.stripe.intentOf('order')?.status, 'succeeded');
});

test('what is forged, altered, old or not signed is refused and changes nothing', async (t) => {
  const shop = await startStripeShop(t, {}, LONG);
  await shop.publish(accepted('order'));
  await shop.paymentOf('order', 'pending');
  const paid = { ...shop.stripe.intentOf('order')!, status: 'succeeded' };
  const type = 'payment_intent.succeeded';
  const now = Math.floor(Date.now() / 1000);
  const altered = JSON.stringify({ id: 'evt', type, data: { object: paid } });
  for (const signing of [
    { secret: 'whsec_of_somebody_else' },
    { at: now - 301 },
    { body: altered },
    { body: '' },
    { body: '[' },
  ]) {
    const refused = await shop.report(type, paid, signing);
    t.equal(refused.statusCode, 400, JSON.stringify(signing));
    t.match(refused.json(), { type: 'urn:millrace:problem:invalid-signature' });
  }
  const url = '/api/payments/webhooks/stripe';
  t.equal((await shop.app.inject({ method: 'POST', url, payload: paid })).statusCode, 400);
  t.equal((await shop.app.inject({ method: 'POST', url })).statusCode, 400);
  t.equal((await shop.report(type, paid, { at: now - 290 })).statusCode, 200, 'one just in time');
  await shop.paymentOf('order');
});

test('a report that is sent again has no second effect', async (t) => {
  const shop = await startStripeShop(t, {}, LONG);
  await shop.publish(accepted('order'));
  await shop.paymentOf('order', 'pending');
  const intent = shop.stripe.confirm('order');
  const same = { eventId: 'evt_same' };
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => shop.report(CAPTURABLE, intent, same)),
  );
  t.ok(answers.every(({ statusCode }) => statusCode === 200));
  await shop.paymentOf('order');
  const before = shop.stripe.requests.length;
  t.equal((await shop.report(CAPTURABLE, intent, same)).statusCode, 200);
  t.equal(shop.stripe.requests.length, before, 'Stripe is not asked again');
  t.equal(
    (await shop.report('payment_intent.created', intent)).statusCode,
    200,
    'nor by a late one',
  );
  t.equal((await shop.told('order')).length, 1);
  const remembered = await shop.payments.db.collection('webhooks').indexes();
  t.ok(
    remembered.some(({ expireAfterSeconds = 0 }) => expireAfterSeconds > 300),
    'reports are remembered for longer than a signature counts',
  );
});

test('what is nothing to us is received and has no effect', async (t) => {
  const shop = await startStripeShop(t, {}, LONG);
  const theirs = { object: 'payment_intent', id: 'pi_x', status: 'succeeded' };
  t.equal((await shop.report('payment_intent.succeeded', theirs)).statusCode, 200);
  const unknown = { ...theirs, metadata: { paymentId: 'unknown' } };
  t.equal((await shop.report('payment_intent.succeeded', unknown)).statusCode, 200);
  t.equal((await shop.report('customer.created', { object: 'customer' })).statusCode, 200);
  const refund = { object: 'refund', id: 're_x', status: 'succeeded', metadata: {} };
  t.equal((await shop.report('refund.updated', refund)).statusCode, 200);
  for (const event of [
    { object: 'v2.core.event', related_object: { id: 'acct_1', type: 'v2.core.account' } },
    { object: 'v2.core.event', data: { developer_message_summary: 'x' } },
    { object: 'event' },
  ])
    t.equal((await shop.report('v2.core.account.updated', {}, { event })).statusCode, 200);
  t.equal(await shop.payments.db.collection('payments').countDocuments(), 0);

  const other = await shop.report('x', {}, { provider: 'paypal' });
  t.equal(other.statusCode, 404);
  const large = await shop.report('x', { padding: 'x'.repeat(600_000) });
  t.equal(large.statusCode, 413);
});

test('another attempt with the same payment in its metadata does not end ours', async (t) => {
  const shop = await startStripeShop(t, {}, LONG);
  await shop.publish(accepted('order'));
  const { _id, reference } = await shop.paymentOf('order', 'pending');
  const orphan = { ...shop.stripe.intentOf('order'), id: 'pi_orphan', status: 'canceled' };
  t.not(orphan.id, reference);
  t.equal((await shop.report('payment_intent.canceled', orphan)).statusCode, 200);
  t.match(await shop.paymentOf('order', 'pending'), { _id });
});

test('the simulated provider reports nothing, so nobody is believed to', async (t) => {
  const host = await startTestHost(t, { modules: [payments] });
  for (const provider of ['simulated', 'stripe']) {
    const url = `/api/payments/webhooks/${provider}`;
    t.equal((await host.app.inject({ method: 'POST', url, payload: {} })).statusCode, 404);
  }
});

test('while the store is away a report is not received: 503, and it counts when it is sent again', async (t) => {
  const shared = await openTestEnvironment(t);
  const engines = await openOwnEngines(t, { redisUrl: shared.redisUrl });
  const env = { ...shared, mongodbUrl: engines.mongodbUrl };
  const shop = await startStripeShop(t, {}, LONG, env);
  await shop.publish(accepted('order'));
  await shop.paymentOf('order', 'pending');
  const intent = shop.stripe.confirm('order');
  const outage = setInterval(() => engines.kill('mongodb'), 100);
  t.teardown(() => clearInterval(outage));
  const same = { eventId: 'evt_same' };
  await eventually('the report is refused', async () => {
    const { statusCode } = await shop.report('payment_intent.processing', intent, same);
    return statusCode === 503;
  });
  clearInterval(outage);
  await eventually('it is received', async () => {
    const { statusCode } = await shop.report(CAPTURABLE, intent, { eventId: 'evt_next' });
    return statusCode === 200;
  });
  await shop.paymentOf('order');
  t.equal(shop.stripe.intentOf('order')?.status, 'succeeded');
});
