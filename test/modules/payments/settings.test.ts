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

test('a page learns who takes the payments, and the publishable key alone', async (t) => {
  const providerOf = async (environment: Record<string, string>): Promise<object> => {
    const { app } = await startTestHost(t, { modules: [payments], environment });
    const response = await app.inject('/api/payments/provider');
    t.equal(response.statusCode, 200, 'without a session');
    return response.json<object>();
  };
  const STRIPE_PUBLISHABLE_KEY = 'pk_test_1';
  t.same(await providerOf({ STRIPE_PUBLISHABLE_KEY }), { provider: 'simulated' });
  t.same(await providerOf(stripe), { provider: 'stripe' }, 'a program needs none');
  t.same(await providerOf({ ...stripe, STRIPE_PUBLISHABLE_KEY }), {
    provider: 'stripe',
    publishableKey: 'pk_test_1',
  });
});

test('the secret key in the place of the publishable one is refused, and shown nowhere', async (t) => {
  const environment = { ...stripe, STRIPE_PUBLISHABLE_KEY: 'sk_live_secret' };
  const refused = await startTestHost(t, { modules: [payments], environment }).catch(String);
  t.match(refused, /STRIPE_PUBLISHABLE_KEY holds a value that does not fit/);
  t.notMatch(refused, /sk_live_secret/);
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
