/** What every process serves, whatever its modules: problems, documents, health. */
import { test } from 'tap';
import { payments } from '../../modules/payments/index.ts';
import { as } from '../session.ts';
import { startTestHost } from '../support.ts';

test('every error is a problem document', async (t) => {
  const { app } = await startTestHost(t, { environment: { BODY_LIMIT_BYTES: '1024' } });
  const cases = [
    { request: { url: '/api/nothing' }, status: 404, type: 'not-found' },
    {
      request: {
        method: 'POST',
        url: '/api/orders',
        payload: 'x'.repeat(2000),
        headers: { 'content-type': 'application/json' },
      },
      status: 413,
    },
    {
      request: {
        method: 'POST',
        url: '/api/orders',
        payload: '<a/>',
        headers: { 'content-type': 'text/xml' },
      },
      status: 415,
    },
    {
      request: {
        method: 'POST',
        url: '/api/orders',
        payload: '{',
        headers: { 'content-type': 'application/json' },
      },
      status: 400,
    },
    { request: { url: '/api/%ff' }, status: 400 },
  ] as const;
  for (const { request, status } of cases) {
    const response = await app.inject(request);
    t.equal(response.statusCode, status, `${request.url} gives ${status}`);
    t.match(response.headers['content-type'], /^application\/problem\+json/);
    t.match(response.json(), { status, title: String, type: /^urn:millrace:problem:/ });
  }
});

test('validation errors name the path of the value', async (t) => {
  const host = await startTestHost(t);
  const response = await host.app.inject({
    method: 'POST',
    url: '/api/orders',
    headers: as(host, 'alice'),
    payload: {
      items: [
        { productId: 'a', quantity: 1 },
        { productId: 'b', quantity: 0 },
      ],
    },
  });
  t.match(response.json(), {
    status: 400,
    errors: [{ path: 'body/items/1/quantity', message: String }],
  });
});

test('the OpenAPI document describes every route of the modules that run', async (t) => {
  const { app } = await startTestHost(t);
  const document = (await app.inject('/openapi.json')).json<{
    openapi: string;
    paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    components: { schemas: Record<string, unknown> };
  }>();
  t.equal(document.openapi, '3.1.0');
  for (const path of [
    '/api/orders',
    '/api/orders/{orderId}',
    '/api/payments/{paymentId}',
    '/readyz',
  ]) {
    t.ok(document.paths[path], `${path} is described`);
  }
  t.ok(document.components.schemas['Problem'], 'problems are described by their name');
  t.same(Object.keys(document.paths['/api/orders']!['post']!.responses).toSorted(), [
    '202',
    '4XX',
    '5XX',
  ]);
  t.equal((await app.inject('/docs/')).statusCode, 200);
});

test('MODULES runs a role alone, with health and documents as always', async (t) => {
  const { app } = await startTestHost(t, { modules: [payments] });
  t.match((await app.inject('/healthz')).json(), { status: 'ok', modules: ['payments'] });
  const ready = await app.inject('/readyz');
  t.equal(ready.statusCode, 200);
  t.match(ready.json(), { status: 'ready', troubles: [] });
  t.equal((await app.inject('/api/orders/1')).statusCode, 404);
  const { paths } = (await app.inject('/openapi.json')).json<{ paths: object }>();
  t.notOk(Object.keys(paths).some((path) => path.startsWith('/api/orders')));
});
