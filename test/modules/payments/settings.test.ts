/** The settings of the provider: what does not fit keeps the process from starting. */
import { test } from 'tap';
import { payments } from '../../../modules/payments/index.ts';
import { toStripe } from '../../../modules/payments/providers/stripe/api.ts';
import { startTestHost } from '../../support.ts';

const stripe = {
  PAYMENTS_PROVIDER: 'stripe',
  STRIPE_SECRET_KEY: 'sk_test_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
};

test('Stripe without its secrets is refused, with the names of the variables', async (t) => {
  for (const missing of ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET']) {
    const environment = { ...stripe, [missing]: '' };
    await t.rejects(startTestHost(t, { modules: [payments], environment }), {
      message: /STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET/,
    });
  }
});

test('decimals that Stripe does not take of a currency are refused', async (t) => {
  const environment = { ...stripe, CURRENCY: 'MGA', CURRENCY_DECIMALS: '2' };
  await t.rejects(startTestHost(t, { modules: [payments], environment }), {
    message: /CURRENCY_DECIMALS is 2, but Stripe takes MGA with 0/,
  });
});

test('amounts are counted as Stripe counts them', (t) => {
  t.equal(toStripe(649, 'INR', 0), 64_900);
  t.equal(toStripe(649, 'EUR', 2), 649);
  t.equal(toStripe(649, 'EUR', 1), 6490);
  t.equal(toStripe(500, 'JPY', 0), 500);
  t.equal(toStripe(5, 'UGX', 0), 500);
  t.equal(toStripe(512, 'KWD', 2), 5120);
  t.equal(toStripe(5120, 'KWD', 3), 5120);
  t.throws(() => toStripe(1, 'JPY', 1), RangeError);
  t.throws(() => toStripe(5125, 'KWD', 3), RangeError);
  t.end();
});
