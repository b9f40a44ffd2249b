/** Amounts as Stripe counts them: in its own smallest unit of each currency. */

/**
 * Currencies that Stripe takes without decimals (its page on currencies). ISK and UGX have none
 * either, but Stripe wants them with two, as before they lost theirs.
 */
const WITHOUT_DECIMALS = new Set(
  'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '),
);
/** Their last digit must be 0. */
const THREE_DECIMALS = new Set('BHD JOD KWD OMR TND'.split(' '));

/** How many decimals Stripe's smallest unit of a currency has. */
export function stripeDecimals(currency: string): number {
  if (WITHOUT_DECIMALS.has(currency)) return 0;
  return THREE_DECIMALS.has(currency) ? 3 : 2;
}

/**
 * An amount in our smallest unit, which has `decimals`, in Stripe's.
 *
 * @throws RangeError where Stripe does not take so exact an amount
 */
export function toStripe(amount: number, currency: string, decimals: number): number {
  const more = stripeDecimals(currency) - decimals;
  if (more < 0)
    throw new RangeError(`Stripe takes ${currency} with ${decimals + more} decimals at most`);
  const units = amount * 10 ** more;
  if (THREE_DECIMALS.has(currency) && units % 10 !== 0)
    throw new RangeError(`Stripe takes ${currency} with a last decimal of 0 only`);
  return units;
}
