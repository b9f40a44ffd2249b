/** Series: what processes wrote apart becomes one point for each step, and a gap where nobody wrote. */
import { test } from 'tap';
import { createCounts } from '../../../src/metrics/counts.ts';
import type { Recorded, Sample } from '../../../src/metrics/record.ts';
import { seriesOf } from '../../../src/metrics/series.ts';
import { SILENT } from '../../../src/bus/observer.ts';

const STEP = 10_000;
const over = { from: 100 * STEP, stepMs: STEP, steps: 4 };
const where = { stream: 'S', group: 'g' };

/** Written a moment after the step `step` has ended. */
const written = (step: number, record: Partial<Recorded>) => ({
  at: over.from + (step + 1) * STEP + 40,
  record: { ms: STEP, work: [], samples: [], ...record },
});
const sample = (added: number, lag: number | null = 0, pending = 0): Sample => ({
  stream: 'S',
  length: added,
  added,
  groups: [{ group: 'g', lag, pending }],
});
/** What a process has counted of calls that took so many ms, each of two entries. */
function counted(...durations: number[]) {
  const counts = createCounts(SILENT);
  for (const ms of durations) counts.observer.handled(where, 't', 2, ms / 1000);
  counts.observer.retried(where);
  return counts.take();
}

test('what two processes counted in a step is one point, and its percentiles are of both', (t) => {
  const [stream] = seriesOf(
    [
      written(1, { work: counted(4, 4, 4), samples: [sample(10)] }),
      written(1, { work: counted(900) }),
      written(2, { samples: [sample(30, 7, 3)] }),
    ],
    over,
  );
  const [group] = stream!.groups;
  t.same(stream!.length, [null, 10, 30, null]);
  t.same(
    stream!.added,
    [null, null, 2, null],
    'by the second; not known before there are two samples',
  );
  t.same(
    group!.handled,
    [null, 0.8, 0, null],
    'eight entries in ten seconds; then none; then a gap',
  );
  t.same(group!.retried, [null, 0.2, 0, null]);
  t.same(group!.deadLettered, [null, 0, 0, null]);
  t.same(group!.lag, [null, 0, 7, null]);
  t.same(group!.pending, [null, 0, 3, null]);
  t.ok(group!.p50Ms[1]! < 6, 'most of both');
  t.ok(group!.p95Ms[1]! > 600, 'the slow one of the other');
  t.equal(group!.p50Ms[2], null, 'no call has no duration');
  t.end();
});

test('a stream that was emptied, and samples that are far apart, have no rate', (t) => {
  const [stream] = seriesOf(
    [
      written(-6, { samples: [sample(5)] }),
      written(0, { samples: [sample(90)] }),
      written(1, { samples: [sample(3)] }),
    ],
    over,
  );
  t.same(stream!.added, [null, null, null, null]);
  t.end();
});

test('what was written before the first step gives the first rate', (t) => {
  const [stream] = seriesOf(
    [written(-1, { samples: [sample(5)] }), written(0, { samples: [sample(45)] })],
    over,
  );
  t.same(stream!.added, [4, null, null, null]);
  t.end();
});

test('a lag that Redis cannot say is a gap', (t) => {
  const [stream] = seriesOf([written(0, { samples: [sample(1, null)] })], over);
  t.same(stream!.groups[0]!.lag, [null, null, null, null]);
  t.same(stream!.groups[0]!.pending, [0, null, null, null]);
  t.end();
});

test('a process counts from nothing again after each interval', (t) => {
  const counts = createCounts(SILENT);
  counts.observer.deadLettered(where);
  t.same(counts.take(), [{ ...where, deadLettered: 1 }]);
  t.same(counts.take(), []);
  t.end();
});
