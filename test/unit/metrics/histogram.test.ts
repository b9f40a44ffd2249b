/** Histograms: what processes count apart adds up, and percentiles are near those of the durations. */
import * as fc from 'fast-check';
import { test } from 'tap';
import {
  addTo,
  bucketOf,
  LAST_BUCKET,
  percentileOf,
  type Histogram,
} from '../../../src/metrics/histogram.ts';

const of = (durations: readonly number[]): Histogram => {
  const histogram: Histogram = new Map();
  for (const ms of durations) addTo(histogram, [[bucketOf(ms), 1]]);
  return histogram;
};

const sorted = (histogram: Histogram) => [...histogram].toSorted(([a], [b]) => a - b);

const durations = fc.array(fc.double({ min: 0.1, max: 60_000, noNaN: true }), { minLength: 1 });

test('histograms of two processes are that of both together', (t) => {
  fc.assert(
    fc.property(durations, durations, (one, other) => {
      const merged = of(one);
      addTo(merged, of(other));
      t.strictSame(sorted(merged), sorted(of([...one, ...other])));
    }),
    { numRuns: 50 },
  );
  t.end();
});

test('a percentile is in the bucket of the duration that it is of: a quarter off at most', (t) => {
  fc.assert(
    fc.property(durations, fc.constantFrom(0.5, 0.95), (all, share) => {
      const exact = all.toSorted((a, b) => a - b)[Math.ceil(share * all.length) - 1]!;
      const found = percentileOf(of(all), share)!;
      return found > exact / 1.251 && found < exact * 1.251;
    }),
  );
  t.pass('for any durations');
  t.end();
});

test('percentiles of many calls of a few ms and of some slow ones', (t) => {
  const calls = of([
    ...Array.from({ length: 90 }, () => 4),
    ...Array.from({ length: 10 }, () => 800),
  ]);
  t.ok(Math.abs(percentileOf(calls, 0.5)! - 4) < 0.5);
  t.ok(Math.abs(percentileOf(calls, 0.95)! - 800) < 100);
  t.end();
});

test('nothing has no percentile, and what is too long or no duration has a bucket', (t) => {
  t.equal(percentileOf(new Map(), 0.5), null);
  t.equal(bucketOf(0), 0);
  t.equal(bucketOf(NaN), 0);
  t.equal(bucketOf(1e12), LAST_BUCKET);
  t.end();
});
