/** Currencies, as ISO 4217 lists them. */
import { code } from 'currency-codes';

/** Decimals of a currency that is newer than the list. */
const USUAL = 2;

/** Whether there is a currency with this code; Node.js knows some that are newer than the list. */
export function isCurrency(name: string): boolean {
  return code(name) !== undefined || Intl.supportedValuesOf('currency').includes(name);
}

/** How many decimals amounts in a currency have at most. Those of Node.js are what people write: none of HUF. */
export function decimalsOf(currency: string): number {
  return code(currency)?.digits ?? USUAL;
}
