/** Stream entry ids, `<ms>-<sequence>`, in the order that Redis gives them. */

/** Below, at or above zero as `a` comes before, is, or comes after `b`. */
export function compareIds(a: string, b: string): number {
  const [aMs = 0, aSequence = 0] = a.split('-').map(Number);
  const [bMs = 0, bSequence = 0] = b.split('-').map(Number);
  return aMs - bMs || aSequence - bSequence;
}

/** The id just before another. */
export function idBefore(id: string): string {
  const [ms = 0, sequence = 0] = id.split('-').map(Number);
  if (sequence > 0) return `${ms}-${sequence - 1}`;
  return ms > 0 ? `${ms - 1}-${Number.MAX_SAFE_INTEGER}` : '0-0';
}

/** The time of an id, in ms since the epoch by the clock of Redis. */
export function timeOf(id: string): number {
  return Number(id.split('-')[0]);
}
