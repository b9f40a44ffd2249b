/** The settings of `payments`: who takes them, and in which currency. */
import { Type, type Static } from 'typebox';
import { setting } from '#host';
import { currencySettings } from '../currency.ts';

export const settings = Type.Object({
  ...currencySettings,
  PAYMENTS_PROVIDER: Type.Enum(['simulated', 'stripe'], {
    default: 'simulated',
    description: 'Who takes the payments',
  }),
  STRIPE_SECRET_KEY: setting.secret(
    'The secret key of the Stripe account; needed where Stripe takes the payments',
  ),
  STRIPE_WEBHOOK_SECRET: setting.secret(
    "The signing secret of Stripe's webhook endpoint; needed likewise",
  ),
  STRIPE_PUBLISHABLE_KEY: Type.Optional(
    Type.String({
      pattern: '^pk_[A-Za-z0-9_]+$',
      form: "the account's publishable key, which begins with pk_",
      // Somebody may have put the secret key there.
      secret: true,
      description:
        "The publishable key of the Stripe account, for the shop's pages; without it they take no payment",
    }),
  ),
  STRIPE_API_URL: setting.urls({
    pattern: '^https?://[^\\s/?#@,]+/?$',
    form: 'http://HOST:PORT or https://HOST',
    description: "Where Stripe's API is; unset: Stripe's own address",
  }),
  PAYMENTS_SIMULATED_LIMIT: setting.count(
    0,
    Number.MAX_SAFE_INTEGER,
    1_000_000,
    'The simulated provider declines charges above it, in the smallest unit of the currency',
  ),
});

export type Settings = Static<typeof settings>;
