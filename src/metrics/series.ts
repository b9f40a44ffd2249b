/** Series for charts, made of what all processes have written: one point for each step of time. */
import { addTo, percentileOf, type Histogram } from './histogram.ts';
import type { Sample, Work } from './record.ts';
import type { Written } from './ring.ts';

/** Samples that are further apart than so many steps say nothing of the rate between them. */
export const FARTHEST_STEPS = 3;

/** A value for each step; null where nothing is known. */
type Points = (number | null)[];

export interface GroupSeries {
  group: string;
  lag: Points;
  pending: Points;
  /** The following by the second. */
  handled: Points;
  retried: Points;
  deadLettered: Points;
  /** Durations of calls of the handler, in ms; null also where there was no call. */
  p50Ms: Points;
  p95Ms: Points;
}

export interface StreamSeries {
  stream: string;
  length: Points;
  /** Entries that were added, by the second. */
  added: Points;
  groups: GroupSeries[];
}

export interface Steps {
  /** When the first step begins, in ms since the epoch. */
  from: number;
  stepMs: number;
  steps: number;
}

/** What is known of a group in one step. */
interface GroupStep {
  sample?: Sample['groups'][number];
  work?: { handled: number; retried: number; deadLettered: number; calls: Histogram };
}

/** The series of all streams and groups that something was written of. */
export function seriesOf(written: readonly Written[], over: Steps): StreamSeries[] {
  const { from, stepMs, steps } = over;
  const streams = new Map<string, Stream>();
  const stepOf = (at: number): number | undefined => {
    const step = Math.floor((at - from) / stepMs);
    return step >= 0 && step < steps ? step : undefined;
  };
  for (const { at, record } of written) {
    for (const work of record.work)
      // Half an interval back is well within the step that the work was done in, whatever the clocks say.
      addWork(entryOf(streams, work.stream), work, stepOf(at - record.ms / 2));
    for (const sample of record.samples) {
      const stream = entryOf(streams, sample.stream);
      addSample(
        stream,
        { at, sample, farthestMs: FARTHEST_STEPS * stepMs },
        stepOf(at - stepMs / 2),
      );
    }
  }
  return [...streams.values()]
    .map((stream) => drawn(stream, over))
    .toSorted((a, b) => (a.stream < b.stream ? -1 : 1));
}

interface Stream {
  stream: string;
  last?: { at: number; added: number };
  samples: Map<number, { length: number; perSecond: number | null }>;
  groups: Map<string, Map<number, GroupStep>>;
}

function entryOf(streams: Map<string, Stream>, stream: string): Stream {
  let found = streams.get(stream);
  if (!found) streams.set(stream, (found = { stream, samples: new Map(), groups: new Map() }));
  return found;
}

function groupStep({ groups }: Stream, group: string, step: number): GroupStep {
  let steps = groups.get(group);
  if (!steps) groups.set(group, (steps = new Map()));
  let found = steps.get(step);
  if (!found) steps.set(step, (found = {}));
  return found;
}

function addWork(stream: Stream, work: Work, step: number | undefined): void {
  if (step === undefined) return;
  const into = groupStep(stream, work.group, step);
  const sum = (into.work ??= { handled: 0, retried: 0, deadLettered: 0, calls: new Map() });
  sum.handled += work.handled ?? 0;
  sum.retried += work.retried ?? 0;
  sum.deadLettered += work.deadLettered ?? 0;
  addTo(sum.calls, work.calls ?? []);
}

function addSample(
  stream: Stream,
  { at, sample, farthestMs }: { at: number; sample: Sample; farthestMs: number },
  step: number | undefined,
): void {
  const { last } = stream;
  const ms = last && at - last.at;
  // A Redis that came back empty counts anew.
  const isKnown = ms !== undefined && ms > 0 && ms <= farthestMs && sample.added >= last!.added;
  const perSecond = isKnown ? ((sample.added - last!.added) * 1000) / ms : null;
  stream.last = { at, added: sample.added };
  if (step === undefined) return;
  stream.samples.set(step, { length: sample.length, perSecond });
  for (const one of sample.groups) groupStep(stream, one.group, step).sample = one;
}

function drawn({ stream, samples, groups }: Stream, { stepMs, steps }: Steps): StreamSeries {
  const points = (valueOf: (step: number) => number | null | undefined): Points =>
    Array.from({ length: steps }, (_, step) => rounded(valueOf(step)));
  const perStep = stepMs / 1000;

  function drawGroup([group, known]: [string, Map<number, GroupStep>]): GroupSeries {
    const rate = (of: 'handled' | 'retried' | 'deadLettered') =>
      points((step) => {
        const work = known.get(step)?.work;
        if (work) return work[of] / perStep;
        // Somebody looked, and nobody had done anything.
        return samples.has(step) ? 0 : null;
      });
    const percentile = (share: number) =>
      points((step) => {
        const work = known.get(step)?.work;
        return work ? percentileOf(work.calls, share) : null;
      });
    return {
      group,
      lag: points((step) => known.get(step)?.sample?.lag),
      pending: points((step) => known.get(step)?.sample?.pending),
      handled: rate('handled'),
      retried: rate('retried'),
      deadLettered: rate('deadLettered'),
      p50Ms: percentile(0.5),
      p95Ms: percentile(0.95),
    };
  }

  return {
    stream,
    length: points((step) => samples.get(step)?.length),
    added: points((step) => samples.get(step)?.perSecond),
    groups: [...groups].map(drawGroup).toSorted((a, b) => (a.group < b.group ? -1 : 1)),
  };
}

/** To what a chart shows: two decimals. */
function rounded(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Math.round(value * 100) / 100;
}
