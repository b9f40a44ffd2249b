/** The settings of `orders`: prices, deadlines, and how much is taken at a time. */
import { Type, type Static } from 'typebox';
import { hostSettings, setting } from '#host';
import { currencySettings } from '../currency.ts';
import { DeliveryMethod, MAX_METHODS, type DeliveryMethod as Method } from './delivery.ts';

/**
 * 4.99 and 12.99 where amounts count in two decimals, as in EUR; 499 and 1299 where they count in none, as
 * the sample's rupees do, or yen.
 */
const METHODS: Method[] = [
  { id: 'standard', name: 'Standard', price: 499, freeFrom: 4999, minDays: 3, maxDays: 5 },
  { id: 'express', name: 'Express', price: 1299, minDays: 1, maxDays: 2 },
];

export const settings = Type.Object({
  ...currencySettings,
  DELIVERY_METHODS: Type.Refine(
    setting.jsonList(DeliveryMethod, METHODS, {
      maxItems: MAX_METHODS,
      form: 'a JSON list of `{ "id", "name", "price", "minDays", "maxDays" }`, with `"freeFrom"` and `"countries"` where wanted',
      description:
        'How orders are delivered and what that costs, in the smallest unit of the currency: prices of your own, since 499 is 4.99 with two CURRENCY_DECIMALS and 499.00 with none; []: no delivery',
    }),
    (methods) => new Set(methods.map(({ id }) => id)).size === methods.length,
    () => 'must not have two methods with one id',
  ),
  EVENT_STREAMS: setting.count(
    1,
    100_000,
    1000,
    'Event streams of orders that one process keeps open',
  ),
  EVENT_STREAMS_PER_USER: setting.count(1, 100_000, 20, 'How many of them one user may have'),
  EVENT_STREAMS_PER_ADDRESS: setting.count(
    1,
    100_000,
    100,
    'How many of them one network address may have',
  ),
  IDENTITY_MIN_SCORE: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.5,
    description: 'Orders with a lower identity score are rejected; 0: none is',
  }),
  ORDER_ANSWER_TIMEOUT_MS: setting.durationMs(
    100,
    900_000,
    'How long an order waits for its stock and its score before it is rejected, in ms',
  ),
  ORDER_PAYMENT_TIMEOUT_MS: setting.longDurationMs(
    100,
    3_600_000,
    'How long an order waits for its payment before it is rejected, in ms',
  ),
  ORDER_BACKLOG_MS: setting.durationMs(
    0,
    15_000,
    'How long orders may wait for stock and score before no more are taken, in ms; 0: always taken',
  ),
  ORDER_CANCEL_WITHIN_MS: setting.longDurationMs(
    0,
    3_600_000,
    'How long after it was placed a paid order may be cancelled by its owner, in ms',
  ),
  BUS_CONCURRENCY: hostSettings.properties.BUS_CONCURRENCY,
});

export type Settings = Static<typeof settings>;
