/** The currency of the shop: the settings that several modules have in common. */
import { code } from 'currency-codes';
import { Type } from 'typebox';

/** Decimals of a currency that is newer than the list. */
const USUAL = 2;

/** Whether there is a currency with this code; Node.js knows some that are newer than the list. */
function isCurrency(name: string): boolean {
  return code(name) !== undefined || Intl.supportedValuesOf('currency').includes(name);
}

/** How many decimals amounts in a currency have at most. Those of Node.js are what people write: none of HUF. */
function decimalsOf(currency: string): number {
  return code(currency)?.digits ?? USUAL;
}

/** For the settings of a module that has to do with prices. */
export const currencySettings = {
  CURRENCY: Type.Refine(
    Type.String({
      default: 'INR',
      pattern: '^[A-Z]{3}$',
      form: 'the three capital letters of a currency, such as EUR',
      description: 'The currency of all prices, by ISO 4217; where it changes, import them anew',
    }),
    isCurrency,
  ),
  CURRENCY_DECIMALS: Type.Integer({
    minimum: 0,
    maximum: 4,
    default: 0,
    description:
      'Decimals that prices count in, as many as the currency has at most: 0, 649 is 649.00; 2, it is 6.49',
    conflict({ CURRENCY, CURRENCY_DECIMALS }: { CURRENCY: string; CURRENCY_DECIMALS: number }) {
      const most = decimalsOf(CURRENCY);
      return CURRENCY_DECIMALS > most ? `but ${CURRENCY} has ${most} by ISO 4217` : undefined;
    },
  }),
};
