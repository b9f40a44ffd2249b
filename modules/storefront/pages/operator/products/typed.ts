/** What an operator types into the table of products, as numbers. */

/** An amount in the smallest unit: `12.5` and `12,5` are 1250 where there are two decimals; undefined: none. */
export function amountOf(text: string, decimals: number): number | undefined {
  const [, units, digits = ''] = /^(\d{1,9})(?:[.,](\d*))?$/.exec(text.trim()) ?? [];
  if (units === undefined || digits.length > decimals) return undefined;
  return Number(units + digits.padEnd(decimals, '0'));
}

/** A number of pieces; undefined: none. */
export function piecesOf(text: string): number | undefined {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}

/** Values with commas between, without empty ones. */
export function valuesOf(text: string): string[] {
  return text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

/** What is said where no amount was typed. */
export function wantsAmount(currency: string, decimals: number): string {
  if (decimals === 0) return `Please write a whole amount in ${currency}.`;
  return `Please write an amount in ${currency}, with at most ${decimals} decimals.`;
}
