/** Values of a product as other shops write them. */
import type { Mapping } from './mapping.ts';

/** Amounts by the sign before their decimals; the other sign may group the digits before it. */
const AMOUNTS = {
  '.': /^(\d+|\d{1,3}(?:[,'’\s]\d{3})+)(?:\.(\d*))?$/u,
  ',': /^(\d+|\d{1,3}(?:[.'’\s]\d{3})+)(?:,(\d*))?$/u,
};

/** An id of the letters that ids may have; others become hyphens. */
export function toProductId(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_.-]+/gu, '-')
    .replace(/^-+|-+$/gu, '');
}

/** A stock; what was sold beyond it is none. */
export function toQuantity(text: string): number | { problem: string } {
  if (!/^[-+]?\d+(?:[.,]0+)?$/u.test(text)) return { problem: `${quote(text)} is no whole number` };
  return Math.max(0, Math.trunc(Number(text.replace(',', '.'))));
}

/**
 * An amount in the smallest unit, of a text in units: `1,234.50` or `1.234,50`. Where the mapping does
 * not say which of both is before the decimals, a text that could be either is a problem.
 */
export function toAmount(
  text: string,
  decimals: number,
  { decimal }: Pick<Mapping, 'decimal'>,
): number | { problem: string } {
  const readings = (decimal === undefined ? (['.', ','] as const) : [decimal])
    .map((sign) => amountBy(text, sign))
    .filter((amount) => amount !== undefined);
  const [first, second] = readings;
  if (!first) {
    const sign = decimal === undefined ? '' : ` with ${quote(decimal)} before its decimals`;
    return { problem: `${quote(text)} is no amount${sign}` };
  }
  if (second && `${second.units}.${second.rest}` !== `${first.units}.${first.rest}`)
    return { problem: `${quote(text)} can be read in two ways; set "decimal" in the mapping` };
  const { units, rest } = first;
  if (rest.length > decimals)
    return { problem: `${quote(text)} has more decimals than CURRENCY_DECIMALS, ${decimals}` };
  return Number(units + rest.padEnd(decimals, '0'));
}

/** The digits before and behind the sign, without groups and the zeros at the end. */
function amountBy(text: string, sign: '.' | ','): { units: string; rest: string } | undefined {
  const [, units, rest = ''] = AMOUNTS[sign].exec(text) ?? [];
  if (units === undefined) return undefined;
  return { units: units.replace(/\D/gu, ''), rest: rest.replace(/0+$/u, '') };
}

function quote(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}
