/** What every process serves, whatever its modules: problems, documents, health. */
import { STATUS_CODES } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'tap';
import { payments } from '../../modules/payments/index.ts';
import { as } from '../session.ts';
import { startProcess } from '../process.ts';
import { eventually, openTestEnvironment, startTestHost, type TestHost } from '../support.ts';

test('every error is a problem document', async (t) => {
  const { app } = await startTestHost(t, { environment: { BODY_LIMIT_BYTES: '1024' } });
  const cases = [
    { request: { url: '/api/nothing' }, status: 404, type: 'not-found' },
    {
      request: {
        method: 'POST',
        url: '/api/sessions',
        payload: 'x'.repeat(2000),
        headers: { 'content-type': 'application/json' },
      },
      status: 413,
    },
    {
      request: {
        method: 'POST',
        url: '/api/sessions',
        payload: '<a/>',
        headers: { 'content-type': 'text/xml' },
      },
      status: 415,
    },
    {
      request: {
        method: 'POST',
        url: '/api/sessions',
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

/** What the process answers to bytes that are sent as they are. */
async function answerTo(host: TestHost, bytes: string): Promise<{ head: string; body: string }> {
  const [address] = host.app.addresses();
  const port = typeof address === 'object' ? address.port : 0;
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { head, body };
}

test('what is no request at all is answered by a problem document, too', async (t) => {
  const host = await startTestHost(t, { modules: [] });
  await host.app.listen({ host: '127.0.0.1', port: 0 });
  const start = 'GET /healthz HTTP/1.1\r\nhost: x\r\n';
  const cases = {
    'NOTHING\r\n\r\n': 400,
    [`${start}a b: c\r\n\r\n`]: 400,
    [`${start}long: ${'x'.repeat(20_000)}\r\n\r\n`]: 431,
    [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`]: 431,
  };
  for (const [bytes, status] of Object.entries(cases)) {
    const { head, body } = await answerTo(host, bytes);
    t.match(head, new RegExp(`^HTTP/1\\.1 ${status} ${STATUS_CODES[status]}\\r\\n`));
    t.match(head, /^content-type: application\/problem\+json$/m);
    t.match(JSON.parse(body), { status, title: STATUS_CODES[status], type: /^urn:millrace:/ });
  }
  const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
  host.app.server.once('connection', (socket) => host.app.server.emit('clientError', late, socket));
  t.match(await answerTo(host, start), { head: /^HTTP\/1\.1 408 /, body: /"status":408/ });
});

test('a client that goes away while it sends is no error of ours, in one process or through a gateway', async (t) => {
  const env = await openTestEnvironment(t);
  const log = { LOG_LEVEL: 'debug' };
  const behind = await startProcess(t, env, { ...log, MODULES: 'payments' });
  const split = await startProcess(t, env, { ...log, MODULES: 'gateway' });
  const url = `${split.url}/api/payments/none`;
  await eventually('it is found', async () => (await fetch(url)).status === 401);
  for (const { url: origin, logs } of [behind, split]) {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    const head = 'POST /api/payments/webhooks/x HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n';
    socket.write(`${head}half`, () => socket.destroy());
    await eventually('it has noticed', () =>
      logs.some(({ msg }) => msg === 'the client went away' || msg === 'the request was refused'),
    );
    // A reader may say that the machine stood still: that is of a stream.
    t.same(
      logs.filter(({ level, stream }) => Number(level) >= 40 && stream === undefined),
      [],
    );
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
  t.equal(
    Object.keys(document.paths['/api/orders']!['post']!.responses).join(' '),
    '202 400 401 403 409 413 415 422 429 500 503',
  );
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
