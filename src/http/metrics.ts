/** Metrics for Prometheus: what the bus has done, and where its streams and groups stand. */
import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Bus, BusObserver } from '../bus/index.ts';

/** Upper bounds of the handler durations, in seconds. */
const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15];

/** The labels of what is said of a group. */
const GROUP = ['stream', 'group'] as const;

export interface Metrics {
  readonly registry: Registry;
  /** Counts what a bus reports. */
  readonly observer: BusObserver;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
  ) => new Counter({ name: `millrace_${name}_total`, help, labelNames, registers: [registry] });
  const published = counter('published', 'Entries that Redis has confirmed', ['stream']);
  const deliveries = counter('deliveries', 'Entries given to a handler', [...GROUP, 'type']);
  const retries = counter('retries', 'Entries that are tried again', GROUP);
  const dead = counter('dead_lettered', 'Entries that were given up', GROUP);
  const deferred = counter('deferred', 'Entries that wait for a store that is away', GROUP);
  const claimed = counter('claimed', 'Entries taken over from consumers that are gone', GROUP);
  const ignored = counter(
    'ignored',
    'Entries passed over, since no contract knows their type',
    GROUP,
  );
  const lost = counter('trimmed_pending', 'Pending entries that were trimmed unhandled', GROUP);
  const duration = new Histogram({
    name: 'millrace_handler_seconds',
    help: 'How long a call of a handler took, whatever its outcome',
    labelNames: [...GROUP, 'type'],
    buckets: BUCKETS,
    registers: [registry],
  });
  return {
    registry,
    observer: {
      published: (stream, entries) => published.inc({ stream }, entries),
      handled(where, type, entries, seconds) {
        deliveries.inc({ ...where, type }, entries);
        duration.observe({ ...where, type }, seconds);
      },
      retried: (where) => retries.inc({ ...where }),
      deadLettered: (where) => dead.inc({ ...where }),
      deferred: (where) => deferred.inc({ ...where }),
      claimed: (where, entries) => claimed.inc({ ...where }, entries),
      skipped: (where) => ignored.inc({ ...where }),
      trimmed: (where, entries) => lost.inc({ ...where }, entries),
    },
  };
}

/** Adds `/metrics`, for whom a hook lets through; the gauges are read from Redis when they are asked for. */
export function serveMetrics(
  app: FastifyInstance,
  { registry }: Metrics,
  bus: Bus,
  onRequest: onRequestHookHandler,
): void {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `millrace_${name}`, help, labelNames, registers: [registry] });
  const length = gauge('stream_length', 'Entries in the stream', ['stream']);
  const lag = gauge('group_lag', 'Entries that the group has not been given yet', GROUP);
  const pending = gauge('group_pending', 'Entries given out and not acknowledged', GROUP);
  const age = gauge(
    'group_oldest_unacknowledged_seconds',
    'Age of the oldest entry that is not acknowledged',
    GROUP,
  );
  const deadLetters = gauge('group_dead_letters', 'Dead letters that wait for a decision', GROUP);

  async function read(stream: string): Promise<void> {
    const state = await bus.inspect(stream);
    length.set({ stream }, state?.length ?? 0);
    for (const { group, ...of } of state?.groups ?? []) {
      const where = { stream, group };
      if (of.lag !== null) lag.set(where, of.lag);
      pending.set(where, of.pending);
      age.set(
        where,
        of.oldestUnacknowledgedAt === null ? 0 : (Date.now() - of.oldestUnacknowledgedAt) / 1000,
      );
      deadLetters.set(where, await bus.deadLetters(stream, group).count());
    }
  }

  app.get(
    '/metrics',
    { logLevel: 'warn', schema: { hide: true }, onRequest },
    async (_request, reply) => {
      for (const one of [length, lag, pending, age, deadLetters]) one.reset();
      await Promise.all(bus.streams().map(read));
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );
}
