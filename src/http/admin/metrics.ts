/** The metrics of the last hour for the operator: what all processes did, step by step, also as CSV. */
import { Type, type Static } from 'typebox';
import type { RedisClient } from '../../bus/index.ts';
import { HOUR_MS, readRing, STEP_MS } from '../../metrics/ring.ts';
import { FARTHEST_STEPS, seriesOf } from '../../metrics/series.ts';
import type { App } from '../../module/module.ts';
import { csvQuery, jsonOrCsv, sendCsv } from '../csv.ts';
import { DomainError } from '../errors.ts';
import { toIso } from '../time.ts';
import { localTime, TimeZone } from '../time-zone.ts';
import { Nullable } from '../nullable.ts';

/** How long after a step all processes have written what they did in it, in ms. */
const WRITTEN_MS = 2000;

const points = (description: string) => Type.Array(Nullable(Type.Number()), { description });

const MetricsResponse = Type.Object({
  from: Type.String({ description: 'When the first step begins' }),
  to: Type.String({ description: 'When the last step ends' }),
  stepMs: Type.Integer({ description: 'How long a step is, in ms' }),
  times: Type.Array(Type.Integer(), {
    description:
      'When each step begins, in ms since the epoch; every list below has a value for each',
  }),
  streams: Type.Array(
    Type.Object({
      stream: Type.String(),
      added: points('Entries that were added, by the second; null: nothing is known of the step'),
      length: points('Entries in the stream at the end of the step'),
      groups: Type.Array(
        Type.Object({
          group: Type.String(),
          lag: points('Entries that the group had not been given yet'),
          pending: points('Entries given out and not acknowledged'),
          handled: points('Entries given to its handlers, each attempt counted, by the second'),
          retried: points('Entries that failed and were to be tried again, by the second'),
          deadLettered: points('Entries that were given up, by the second'),
          p50Ms: points('How long half of the calls of its handlers took at most, in ms'),
          p95Ms: points('How long 95 of 100 calls took at most, in ms'),
        }),
      ),
    }),
  ),
});
export type MetricsResponse = Static<typeof MetricsResponse>;

const time = (description: string) =>
  Type.Optional(Type.String({ format: 'date-time', description }));

const schema = {
  summary: 'The metrics of the last hour, of all processes, in steps of ten seconds',
  querystring: Type.Object(
    {
      from: time('The first moment; no earlier than an hour ago, which is the default'),
      to: time('The last moment; default: the last step that all processes have written'),
      timeZone: Type.Optional(
        TimeZone({
          description: 'Whose times a CSV file has, such as Europe/Berlin; default: UTC',
        }),
      ),
      ...csvQuery,
    },
    { additionalProperties: false },
  ),
  response: { 200: jsonOrCsv(MetricsResponse, 'The series of each stream and its groups') },
};

export interface MetricsOptions {
  redis: RedisClient;
  keyPrefix: string;
}

/** Adds `GET /metrics` to the operator's calls. */
export function metricsRoutes(app: App, { redis, keyPrefix }: MetricsOptions): void {
  app.get('/metrics', { schema }, async ({ query }, reply) => {
    const { from, to } = stepsOf(query, Date.now());
    const steps = Math.round((to - from) / STEP_MS);
    const written = await readRing(redis, keyPrefix, {
      // A rate wants the sample before it.
      from: from - FARTHEST_STEPS * STEP_MS,
      to: to + STEP_MS,
    });
    const metrics = {
      from: toIso(from),
      to: toIso(to),
      stepMs: STEP_MS,
      times: Array.from({ length: steps }, (_, step) => from + step * STEP_MS),
      streams: seriesOf(written, { from, stepMs: STEP_MS, steps }),
    };
    if (query.format !== 'csv') return metrics;
    return sendCsv(reply, csvOf(metrics, query.timeZone ?? 'UTC'));
  });
}

/**
 * The whole steps that are asked for, from the beginning of the first to the end of the last, in ms since
 * the epoch.
 *
 * @throws DomainError 400 where they are the wrong way round
 */
function stepsOf(query: { from?: string; to?: string }, now: number): { from: number; to: number } {
  const latest = whole(now - WRITTEN_MS);
  const to = Math.min(latest, query.to === undefined ? latest : whole(Date.parse(query.to)));
  const earliest = latest - HOUR_MS;
  const from = Math.max(
    earliest,
    query.from === undefined ? earliest : whole(Date.parse(query.from)),
  );
  if (from <= to) return { from, to };
  throw new DomainError(
    'invalid',
    'invalid-range',
    'No step of ten seconds lies between from and to, within the last hour: ask for a wider range.',
  );
}

/** When the step of a time begins. */
const whole = (at: number): number => Math.floor(at / STEP_MS) * STEP_MS;

/** A line for each step of each group, and for the streams themselves. */
function csvOf({ times, streams }: MetricsResponse, timeZone: string) {
  const local = localTime(timeZone);
  const rows = times.flatMap((at, step) =>
    streams.flatMap((stream) => [
      { at, step, stream, group: undefined },
      ...stream.groups.map((group) => ({ at, step, stream, group })),
    ]),
  );
  type Row = (typeof rows)[number];
  const ofStream = (name: 'added' | 'length') => (row: Row) =>
    row.group ? null : row.stream[name][row.step];
  const ofGroup =
    (name: Exclude<keyof NonNullable<Row['group']>, 'group'>) =>
    ({ group, step }: Row) =>
      group?.[name][step];
  return {
    name: `metrics-${local(times.at(-1) ?? 0)}`,
    columns: {
      [`Time (${timeZone})`]: ({ at }: Row) => local(at),
      Stream: ({ stream }: Row) => stream.stream,
      Group: ({ group }: Row) => group?.group,
      'Added/s': ofStream('added'),
      Length: ofStream('length'),
      'Handled/s': ofGroup('handled'),
      Lag: ofGroup('lag'),
      Pending: ofGroup('pending'),
      'Retried/s': ofGroup('retried'),
      'Dead-lettered/s': ofGroup('deadLettered'),
      'p50 ms': ofGroup('p50Ms'),
      'p95 ms': ofGroup('p95Ms'),
    },
    rows,
  };
}
