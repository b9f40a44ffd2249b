/** The host: brings the modules of one process up, and down again in reverse order. */
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { periodic, type Bus } from './bus/index.ts';
import type { Config } from './config/index.ts';
import { createSnapshots } from './health/snapshot.ts';
import { createTroubles } from './health/troubles.ts';
import { createRuntime, type RuntimeOptions } from './runtime/runtime.ts';
import { createApp } from './http/app.ts';
import { openAuditLog } from './http/admin/audit/log.ts';
import { createMetrics } from './http/metrics.ts';
import { createCounts } from './metrics/counts.ts';
import { createRingWriter } from './metrics/ring.ts';
import type { InternalTokens } from './http/internal-token.ts';
import type { ModuleContext } from './module/context.ts';
import type { LoadedModule } from './module/module.ts';
import { rebuildsOf } from './read-model/rebuild.ts';

const DAY_MS = 86_400_000;

export interface HostOptions extends Omit<RuntimeOptions, 'observer'> {
  version: string;
  /** The operator's token for the calls under `/api/admin`. */
  adminToken: string;
}

export interface Host {
  readonly app: FastifyInstance;
  readonly bus: Bus;
  readonly internalTokens: InternalTokens;
  /** What each module was given, by the module's name. */
  readonly contexts: ReadonlyMap<string, ModuleContext>;
  /**
   * Says that this process stops, and goes on serving for STOP_DELAY_MS, in which whoever sends
   * requests here notices.
   */
  drain(): Promise<void>;
  /** Stops taking requests and events, ends what is in flight, closes the connections. */
  stop(): Promise<void>;
}

/** Starts the modules. When this resolves, requests are served by `app` and events are handled. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { config, log, version, adminToken } = options;
  const startedAt = Date.now();
  const metrics = createMetrics();
  const counts = createCounts(metrics.observer);
  const runtime = await createRuntime({ ...options, observer: counts.observer });
  const { bus, redis, modules, opened } = runtime;
  const { REDIS_KEY_PREFIX: keyPrefix } = config;
  const lastHour = createRingWriter({ redis, keyPrefix, bus, counts, log });
  // After the bus: what it handles while it stops counts too.
  opened.defer('the metrics of the last hour', () => lastHour.stop());
  try {
    for (const one of modules) {
      const { module, context, instance } = one;
      bus.subscribe(module.name, instance.handlers ?? []);
      own(bus, one, config);
      answerReplays(bus, one);
      await instance.start?.();
      const { stop } = instance;
      if (stop) opened.defer(`module ${module.name}`, stop);
      for (const { name: what, everyMs, run: work } of instance.jobs ?? []) {
        const job = periodic({ what, everyMs, work, log: context.log });
        job.start();
        opened.defer(`${what}, of ${module.name}`, () => job.stop());
      }
    }
    // Before the modules' own ends: no event may come to a module that has stopped.
    opened.defer('the bus', () => bus.stop());
    await bus.start();
    lastHour.start();
    const rebuilds = rebuildsOf(modules, bus);
    for (const rebuild of rebuilds) {
      rebuild.start();
      opened.defer(`rebuilding ${rebuild.module}`, () => rebuild.stop());
    }
    const stopping = new AbortController();
    const auditLog = await openAuditLog(
      runtime.mongodb,
      {
        databasePrefix: config.MONGODB_DATABASE_PREFIX,
        retentionMs: config.AUDIT_RETENTION_DAYS * DAY_MS,
      },
      log,
    );
    const known = options.known ?? options.modules;
    const troubles = createTroubles(runtime.failing);
    const app = await createApp({
      config,
      log,
      modules,
      internalTokens: runtime.internalTokens,
      registry: runtime.registry,
      known: known.map(({ name }) => name),
      startedAt,
      failing: runtime.failing,
      troubles,
      snapshot: createSnapshots({
        bus,
        known,
        registry: runtime.registry,
        self: { modules: modules.map(({ module }) => module.name), version, startedAt },
        troubles,
        limits: {
          slowMs: config.GROUP_SLOW_MS,
          abandonedMs: config.BUS_STALE_GROUP_MS,
          keyPrefix: config.REDIS_KEY_PREFIX,
        },
      }),
      stopping: stopping.signal,
      version,
      bus,
      redis,
      rebuilds,
      metrics,
      auditLog,
      adminToken,
    });
    opened.defer('the HTTP server', () => app.close());
    // Before the server ends: nobody is to be sent here any more.
    opened.defer('the registration', () => runtime.registry.deregister());
    opened.defer('the modules', runtime.abort);
    opened.defer('the connections of clients', () => stopping.abort());
    return {
      app,
      bus,
      internalTokens: runtime.internalTokens,
      contexts: new Map(modules.map(({ module, context }) => [module.name, context])),
      async drain() {
        stopping.abort();
        await runtime.registry.deregister();
        await delay(config.STOP_DELAY_MS);
      },
      stop: () => opened.dispose(),
    };
  } catch (error) {
    await opened.dispose();
    throw error;
  }
}

function own(bus: Bus, { module, instance }: LoadedModule, config: Config): void {
  if (!module.stream) return;
  const { STREAM_MAX_LENGTH: maxLength, STREAM_MAX_AGE_MS: maxAgeMs } = config;
  const retention = { maxLength, maxAgeMs, ...module.retention };
  bus.maintain(module.stream, retention, async (since) => instance.recover?.(since));
}

/** Publishes what the module's documents remember to whoever rebuilds a read model. */
export function answerReplays(bus: Bus, { module, instance }: LoadedModule): void {
  const { name, stream } = module;
  const { eventHistory } = instance;
  if (stream && eventHistory) bus.answerReplays(stream, name, eventHistory);
}
