/** The Fastify application of a process: validation, documents, problems, health, modules' routes. */
import SerializerSelector from '@fastify/fast-json-stringify-compiler';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import swaggerUi from '@fastify/swagger-ui';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Config } from '../config/index.ts';
import type { LoadedModule, Routes } from '../module/module.ts';
import type { Bus, RedisClient } from '../bus/index.ts';
import type { ServiceRegistry } from '../registry/registry.ts';
import type { Rebuild } from '../read-model/rebuild.ts';
import { serveAdmin } from './admin/admin.ts';
import type { AuditLog } from './admin/audit/log.ts';
import { useRegistration } from '../registry/register.ts';
import { serveAsyncapi } from './asyncapi.ts';
import { health } from './health.ts';
import { RequestLog } from './request-log.ts';
import { serveMetrics, type Metrics } from './metrics.ts';
import { useCallers } from './caller.ts';
import { createElsewhere } from '../health/elsewhere.ts';
import type { Snapshot } from '../health/snapshot.ts';
import { describeApi } from './openapi.ts';
import { answerClientError, answerError, useProblems } from './problems.ts';
import { DOCS_POLICY, protect, seenBy, useProtection } from './protection.ts';
import type { InternalTokens } from './internal-token.ts';
import { closeIdleConnections } from './connections.ts';
import { compileValidator, readBodies } from './validation.ts';

/** How long a client may take to send its request, in ms. */
const REQUEST_TIMEOUT_MS = 30_000;

export interface AppOptions {
  config: Config;
  log: FastifyBaseLogger;
  modules: readonly LoadedModule[];
  internalTokens: InternalTokens;
  registry: ServiceRegistry;
  /** The names of all modules, wherever they run. */
  known: readonly string[];
  /** When the process began, in ms since the epoch. */
  startedAt: number;
  failing: () => Promise<string[]>;
  /** The same as it was found lately, at once. */
  troubles: () => readonly string[];
  /** Takes a snapshot of all that runs. */
  snapshot: () => Promise<Snapshot>;
  /** Aborted when the process is told to stop. */
  stopping: AbortSignal;
  bus: Bus;
  redis: RedisClient;
  rebuilds: readonly Rebuild[];
  metrics: Metrics;
  auditLog: AuditLog;
  adminToken: string;
  version: string;
}

/** Builds the application; it listens nowhere yet. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { config, log, modules, failing, stopping, version } = options;
  const here = modules.map(({ module }) => module.name);
  const app = Fastify({
    loggerInstance: log,
    logController: new RequestLog(),
    bodyLimit: config.BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: config.TRUST_PROXY ?? false,
    // Answers what is under way while stopping, and tells keep-alive connections to end.
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    schemaController: { compilersFactory: { buildSerializer: serializeLater } },
    routerOptions: { maxParamLength: 128 },
    rewriteUrl: ({ url = '/' }) => withoutOrigin(url),
    frameworkErrors: (error, request, reply) => answerError(error, request, protect(reply)),
    clientErrorHandler: (error, socket) => answerClientError(error, socket, log),
  })
    .withTypeProvider<TypeBoxTypeProvider>()
    .setValidatorCompiler(compileValidator)
    .decorateRequest('about', null);

  closeIdleConnections(app, stopping);
  useProblems(app);
  useProtection(app);
  readBodies(app);
  await describeApi(app, { modules: modules.map(({ module }) => module), version });
  useRegistration(app, {
    registry: options.registry,
    modules: here,
    version,
    startedAt: options.startedAt,
    failing: options.troubles,
    url: config.ADVERTISE_URL,
    bodyLimit: config.BODY_LIMIT_BYTES,
  });
  useCallers(app, options.internalTokens, options.adminToken);
  for (const { instance } of modules) await instance.requestHooks?.(app);
  const docs = await serveDocs(app, config);
  if (!modules.some(({ instance }) => instance.pages))
    app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/docs'));
  await app.register(health, {
    modules: here,
    failing,
    elsewhere: createElsewhere(options.registry, options.known, here),
    stopping,
  });

  serveMetrics(app, options.metrics, options.bus, seenBy(config, 'METRICS_ACCESS'));
  serveAsyncapi(app, docs, {
    modules: modules.map(({ module }) => module),
    version,
    keyPrefix: config.REDIS_KEY_PREFIX,
  });
  await serveAdmin(app, {
    bus: options.bus,
    redis: options.redis,
    keyPrefix: config.REDIS_KEY_PREFIX,
    registry: options.registry,
    internalTokens: options.internalTokens,
    snapshot: options.snapshot,
    stopping,
    modules,
    rebuilds: options.rebuilds,
    auditLog: options.auditLog,
  });

  for (const { module, instance } of modules) {
    const { routes, pages } = instance;
    if (routes) await app.register(tagged(module.name, routes), { prefix: '/api' });
    if (pages) await app.register(tagged(module.name, pages));
  }
  await app.ready();
  return app;
}

/** Serves the documents of the REST calls. Gives the options of a route that shows documents. */
async function serveDocs(app: FastifyInstance, config: Config) {
  const docs = { schema: { hide: true }, onRequest: seenBy(config, 'DOCS_ACCESS') };
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiHooks: { onRequest: docs.onRequest },
    staticCSP: DOCS_POLICY,
  });
  app.get('/openapi.json', docs, () => app.swagger());
  return docs;
}

/** Compiles what writes an answer when it is first written: all routes' at once are a tenth of a start. */
const serializeLater: SerializerSelector.SerializerFactory = (schemas, options) => {
  const compile = SerializerSelector()(schemas, options);
  return (route) => {
    let serialize: SerializerSelector.Serializer | undefined;
    return (value: unknown) => (serialize ??= compile(route))(value);
  };
};

/** Routes of a module as a plugin, shown under the module's name in the documents. */
function tagged(module: string, routes: Routes) {
  return async (scope: FastifyInstance): Promise<void> => {
    scope.addHook('onRoute', (route) => {
      route.schema = { tags: [module], ...route.schema };
    });
    await routes(scope.withTypeProvider<TypeBoxTypeProvider>());
  };
}

/** The path of a request's target, which may be written with its origin, as for a proxy. */
function withoutOrigin(url: string): string {
  const [origin = ''] = /^https?:\/\/[^/?]*/i.exec(url) ?? [];
  const path = url.slice(origin.length);
  return origin === '' || path.startsWith('/') ? path : `/${path}`;
}
