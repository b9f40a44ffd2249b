/**
 * Durations in buckets, each a quarter longer than the one before: what processes count apart is added up,
 * and percentiles of the sum are off by a quarter at most.
 */

/** The upper bound of the first bucket, in ms, and how much longer each next one is. */
const FIRST_MS = 0.1;
const GROWTH = 1.25;
/** The last bucket, which takes all that lasts longer than some 65 s. */
export const LAST_BUCKET = 60;

/** How many calls there were in each bucket that has some. */
export type Histogram = Map<number, number>;

/** The bucket of a duration, in ms. */
export function bucketOf(ms: number): number {
  if (!(ms > FIRST_MS)) return 0;
  return Math.min(LAST_BUCKET, Math.ceil(Math.log(ms / FIRST_MS) / Math.log(GROWTH)));
}

/** Adds the calls of one histogram to another, or a part of each. */
export function addTo(
  sum: Histogram,
  calls: Iterable<readonly [bucket: number, calls: number]>,
  part = 1,
): void {
  for (const [bucket, count] of calls) sum.set(bucket, (sum.get(bucket) ?? 0) + count * part);
}

/**
 * The duration, in ms, that a share of the calls does not exceed: 0.95 for p95. Inside a bucket, calls are
 * taken to be spread evenly. Null where there were no calls.
 */
export function percentileOf(calls: Histogram, share: number): number | null {
  const buckets = [...calls].filter(([, count]) => count > 0).toSorted(([a], [b]) => a - b);
  let left = share * buckets.reduce((sum, [, count]) => sum + count, 0);
  for (const [i, [bucket, count]] of buckets.entries()) {
    if (left > count && i < buckets.length - 1) {
      left -= count;
      continue;
    }
    const from = bucket === 0 ? 0 : upperMs(bucket - 1);
    return from + (upperMs(bucket) - from) * Math.min(1, left / count);
  }
  return null;
}

const upperMs = (bucket: number): number => FIRST_MS * GROWTH ** bucket;
