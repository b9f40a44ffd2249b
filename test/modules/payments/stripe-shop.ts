/** `payments` with Stripe as its provider, which is the fake, and reports signed as Stripe signs. */
import { createHmac } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import type { Test } from 'tap';
import { createPayments } from '../../../modules/payments/index.ts';
import { stripeProvider } from '../../../modules/payments/providers/stripe/provider.ts';
import type { Module } from '../../../src/module/module.ts';
import type { TestEnvironment } from '../../support.ts';
import { SHORT, startWith, type Counter } from './counter.ts';
import { SECRET_KEY, startStripe, type FakeStripe } from './fake-stripe.ts';

const WEBHOOK_SECRET = 'whsec_of_the_stand_in';

export interface Signing {
  /** When it is signed, in seconds since the epoch; by default now. */
  at?: number;
  secret?: string;
  /** Sent in place of what was signed. */
  body?: string;
  eventId?: string;
  /** What the event holds besides its id and type, in place of the object. */
  event?: object;
  provider?: string;
}

export interface StripeShop extends Counter {
  stripe: FakeStripe;
  /** Sends an event of this type about the object. */
  report(type: string, object: object, signing?: Signing): Promise<LightMyRequestResponse>;
}

/** Starts it; `environment` adds to what Stripe needs; `others` take the place of the test's orders. */
export async function startStripeShop(
  t: Test,
  environment: Record<string, string> = {},
  timing = SHORT,
  env?: TestEnvironment,
  others?: readonly Module[],
): Promise<StripeShop> {
  const stripe = await startStripe(t);
  const module = createPayments(
    (config, { pollTimeoutMs }) => stripeProvider(config, pollTimeoutMs),
    timing,
  );
  const counter = await startWith(t, module, {
    ...(env && { env }),
    ...(others && { modules: [...others, module] }),
    environment: {
      PAYMENTS_PROVIDER: 'stripe',
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      STRIPE_API_URL: stripe.url,
      ...environment,
    },
  });
  let events = 0;
  return {
    ...counter,
    stripe,
    report(type, object, signing = {}) {
      events += 1;
      const { at = Math.floor(Date.now() / 1000), secret = WEBHOOK_SECRET } = signing;
      const { eventId = `evt_${events}`, provider = 'stripe' } = signing;
      // Spaced as no serializer would, so that only the exact bytes carry the signature.
      const about = signing.event ?? { object: 'event', data: { object } };
      const event = { id: eventId, type, ...about };
      const signed = JSON.stringify(event, undefined, 3);
      const mac = createHmac('sha256', secret).update(`${at}.${signed}`).digest('hex');
      return counter.app.inject({
        method: 'POST',
        url: `/api/payments/webhooks/${provider}`,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'stripe-signature': `t=${at},v1=${mac}`,
        },
        payload: signing.body ?? signed,
      });
    },
  };
}
