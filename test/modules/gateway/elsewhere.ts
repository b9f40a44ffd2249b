/** Modules for tests of the way to other processes, and hosts that listen. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Test } from 'tap';
import { gateway } from '../../../modules/gateway/index.ts';
import { defineModule, DomainError, requireCaller, type Module } from '../../../src/index.ts';
import { eventually, startTestHost, type TestEnvironment, type TestHost } from '../../support.ts';

/** The largest body of `POST /api/echo/large`, in bytes; any other is as large as the process reads them. */
export const LARGE = 524_288;

/** Says what it was asked, by whom, and which of several it is. */
export function echo(id = 'echo'): Module {
  return defineModule({
    name: 'echo',
    provides: ['routes', 'adminRoutes'],
    setup: () => ({
      routes(app) {
        app.get('/echo', { schema: { summary: 'Echoes' } }, async (request) => ({
          id,
          caller: request.caller,
          url: request.url,
          headers: request.headers,
        }));
        app.get('/echo/mine', async (request) => requireCaller(request));
        app.get('/echo/conflict', async () => {
          throw new DomainError('conflict', 'as-ever', 'It always conflicts.');
        });
        app.register(async (scope) => {
          scope.removeAllContentTypeParsers();
          scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
            done(null, body),
          );
          scope.post<{ Body: Buffer }>('/echo/large', { bodyLimit: LARGE }, async ({ body }) => ({
            bytes: body.length,
          }));
          scope.post('/echo', async (request, reply) =>
            reply
              .code(201)
              .header('location', '/api/echo/1')
              .send({
                id,
                type: request.headers['content-type'],
                sha256: createHash('sha256')
                  .update((request.body ?? '') as Buffer)
                  .digest('hex'),
              }),
          );
        });
      },
      adminRoutes(app) {
        app.post('/echo', async ({ headers }) => ({ id, headers }));
        app.get('/echo', async ({ headers }) => ({ id, headers }));
      },
    }),
  });
}

/** Streams events one by one, as its test says, and tells when nobody listens any more. */
export function streaming() {
  const stream = new PassThrough();
  const gone = once(stream, 'close');
  const module = defineModule({
    name: 'streaming',
    provides: ['routes'],
    setup: () => ({
      routes(app) {
        app.get('/streaming', async (_request, reply) =>
          reply.type('text/event-stream').send(stream),
        );
      },
    }),
  });
  return { module, send: (data: string) => stream.write(`data: ${data}\n\n`), gone };
}

/** Starts a host that listens, and announces itself. */
export async function listening(t: Test, env: TestEnvironment, module: Module): Promise<TestHost> {
  const host = await startTestHost(t, { env, modules: [module] });
  await host.app.listen({ host: '127.0.0.1', port: 0 });
  return host;
}

/** Starts a host with the gateway alone; it resolves once that sees so many others. */
export async function front(t: Test, env: TestEnvironment, others: number): Promise<TestHost> {
  const host = await startTestHost(t, { env, modules: [gateway] });
  await sees(host, others);
  return host;
}

/** Waits until a gateway sees so many others. */
export async function sees(host: TestHost, others: number): Promise<void> {
  await eventually(`the gateway sees ${others} others`, async () => {
    const seen = await host.context('gateway').registry.list();
    return seen.instances.length === others;
  });
}
