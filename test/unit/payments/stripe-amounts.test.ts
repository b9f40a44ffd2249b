/** Amounts as Stripe counts them: the same money, or a refusal. */
import * as fc from 'fast-check';
import { test } from 'tap';
import { stripeDecimals, toStripe } from '../../../modules/payments/providers/stripe/api.ts';

test('what Stripe is asked for is the same money, and what it cannot take is refused', (t) => {
  fc.assert(
    fc.property(
      fc.nat({ max: 1_000_000_000 }),
      fc.constantFrom('INR', 'EUR', 'JPY', 'BHD', 'ISK'),
      fc.integer({ min: 0, max: 3 }),
      (amount, currency, decimals) => {
        const theirs = stripeDecimals(currency);
        const inTheirUnit = amount * 10 ** (theirs - decimals);
        const takes = decimals <= theirs && !(currency === 'BHD' && inTheirUnit % 10 !== 0);
        try {
          return toStripe(amount, currency, decimals) === inTheirUnit && takes;
        } catch (error) {
          return error instanceof RangeError && !takes;
        }
      },
    ),
  );
  t.pass('for any amount');
  t.end();
});
