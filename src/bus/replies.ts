/** Stream entry ids, `<ms>-<sequence>`, in the order that Redis gives them. */

/** The largest number that each part of an id may have. */
const LARGEST = '18446744073709551615';

/** Below, at or above zero as `a` comes before, is, or comes after `b`. */
export function compareIds(a: string, b: string): number {
  const [aMs = '0', aSequence = '0'] = a.split('-');
  const [bMs = '0', bSequence = '0'] = b.split('-');
  return compareDigits(aMs, bMs) || compareDigits(aSequence, bSequence);
}

/** Of numbers that a JavaScript number may not hold exactly, without leading zeros. */
function compareDigits(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The id just before another. */
export function idBefore(id: string): string {
  const [ms = 0n, sequence = 0n] = id.split('-').map(BigInt);
  if (sequence > 0n) return `${ms}-${sequence - 1n}`;
  return ms > 0n ? `${ms - 1n}-${LARGEST}` : '0-0';
}

/** The time of an id, in ms since the epoch by the clock of Redis. */
export function timeOf(id: string): number {
  return Number(id.split('-')[0]);
}
