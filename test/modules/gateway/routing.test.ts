/** The way to modules in other processes: what arrives there, and who answers when one is gone. */
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'tap';
import { gateway } from '../../../modules/gateway/index.ts';
import { products } from '../../../modules/products/index.ts';
import { SEAL_HEADER } from '../../../src/index.ts';
import { as } from '../../session.ts';
import { ADMIN_TOKEN, openPlace, startTestHost, type TestHost } from '../../support.ts';
import { bearer, guest } from './client.ts';
import { echo, front, listening, sees, streaming } from './elsewhere.ts';

interface Echo {
  id: string;
  caller: { userId: string } | null;
  url: string;
  headers: Record<string, string | undefined>;
}

test('a request arrives with its caller, and with nobody whom it only claims to be', async (t) => {
  const place = await openPlace(t);
  await listening(t, place, echo());
  const host = await front(t, place, 1);
  const session = await guest(host);
  const ask = async (headers: Record<string, string>) =>
    (await host.app.inject({ url: '/api/echo?a=1&b=%20', headers })).json<Echo>();

  const mine = await ask(bearer(session));
  t.equal(mine.caller?.userId, session.userId);
  t.equal(mine.url, '/api/echo?a=1&b=%20');
  t.equal(mine.headers['authorization'], undefined, 'the token stays at the gateway');
  t.equal((await ask(as(host, 'alice'))).caller?.userId, 'alice', 'one who was verified before');

  const [seal = ''] = Object.values(as(host, 'alice'));
  const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
  const nobody = await ask({
    [SEAL_HEADER]: `${seal}x`,
    traceparent,
    'x-forwarded-for': '198.51.100.1',
    cookie: 'millrace_session=x',
    connection: `${SEAL_HEADER}, x-own`,
    expect: '100-continue',
    upgrade: 'h2c',
    'x-own': '1',
  });
  t.equal(nobody.caller, null);
  t.equal(nobody.headers[SEAL_HEADER], undefined);
  t.equal(nobody.headers['cookie'], undefined);
  t.equal(nobody.headers['traceparent'], traceparent);
  t.equal(nobody.headers['x-forwarded-for'], '198.51.100.1, 127.0.0.1');
  const dropped = await ask({ ...bearer(session), connection: `keep-alive, ${SEAL_HEADER}` });
  t.equal(dropped.caller?.userId, session.userId, 'nor can it keep a caller from being told');

  const refused = await host.app.inject('/api/echo/mine');
  t.match(refused.json(), { status: 401, type: 'urn:millrace:problem:no-session' });
  const conflict = await host.app.inject('/api/echo/conflict');
  t.match(conflict.json(), { status: 409, detail: 'It always conflicts.' });
  t.match(conflict.headers['content-type'], /problem/);
});

test('a body arrives byte by byte, whatever it is', async (t) => {
  const place = await openPlace(t);
  await listening(t, place, echo());
  const host = await front(t, place, 1);
  const bodies = {
    'application/json; charset=utf-8': Buffer.from('{ "a" : 1.0,\n"b":"\\u00e9" }'),
    'application/x-www-form-urlencoded': Buffer.from('a=1&b=2'),
    'application/octet-stream': randomBytes(200_000),
    'text/plain': Buffer.alloc(0),
  };
  for (const [type, payload] of Object.entries(bodies)) {
    const response = await host.app.inject({
      method: 'POST',
      url: '/api/echo',
      headers: { 'content-type': type },
      payload,
    });
    t.equal(response.statusCode, 201, type);
    t.equal(response.headers['location'], '/api/echo/1');
    const sha256 = createHash('sha256').update(payload).digest('hex');
    t.match(response.json(), { type, sha256 });
  }
  const tooLarge = await host.app.inject({
    method: 'POST',
    url: '/api/echo',
    headers: { 'content-type': 'text/plain' },
    payload: Buffer.alloc(300_000),
  });
  t.equal(tooLarge.statusCode, 413);
});

test("an operator's request keeps its token, which the other process judges", async (t) => {
  const place = await openPlace(t);
  await listening(t, place, echo());
  const host = await front(t, place, 1);
  const ask = async (token: string) =>
    (await host.app.inject({ method: 'POST', url: '/api/admin/echo', headers: bearer({ token }) }))
      .statusCode;
  t.equal(await ask(ADMIN_TOKEN), 200);
  t.equal(await ask('another'), 401);
});

test('several processes take turns; one that is gone is passed over, and none is 503', async (t) => {
  const place = await openPlace(t);
  const peers = [await listening(t, place, echo('a')), await listening(t, place, echo('b'))];
  const host = await front(t, place, 2);
  const ask = (method: 'GET' | 'POST') => host.app.inject({ method, url: '/api/echo' });
  const ids = async (count: number) => {
    const answers = [];
    for (let i = 0; i < count; i += 1) answers.push((await ask('GET')).json<Echo>().id);
    return answers.toSorted((one, other) => one.localeCompare(other));
  };
  t.same(await ids(4), ['a', 'a', 'b', 'b']);

  // It still stands in the list of the gateway, as one does that was killed.
  await peers[0]?.app.close();
  t.same(await ids(4), ['b', 'b', 'b', 'b']);
  for (let i = 0; i < 4; i += 1) t.equal((await ask('POST')).json<Echo>().id, 'b');
  await peers[1]?.app.close();
  for (const method of ['GET', 'POST'] as const) {
    const response = await ask(method);
    t.match(response.json(), { status: 503, type: 'urn:millrace:problem:no-process-answers' });
    t.ok(response.headers['retry-after']);
  }
});

test('a process that stops withdraws; its paths are known still, others never were', async (t) => {
  const place = await openPlace(t);
  const peer = await listening(t, place, echo());
  const host = await front(t, place, 1);
  await peer.stop();
  await sees(host, 0);
  const status = async (url: string) => (await host.app.inject(url)).statusCode;
  t.equal(await status('/api/echo'), 503);
  t.equal(await status('/api/echo/1/2'), 503);
  t.equal(await status('/api/admin/echo'), 503);
  t.equal(await status('/api/ech'), 404);
  t.equal(await status('/api/admin'), 404);
  t.equal(await status('/api/sessions'), 404, 'what is served here is not looked for elsewhere');
});

test('a request leads neither round in circles nor out of the API', async (t) => {
  const place = await openPlace(t);
  const gateways = [];
  for (let i = 0; i < 2; i += 1) {
    const one = await startTestHost(t, { place, modules: [gateway, echo(String(i))] });
    await one.app.listen({ host: '127.0.0.1', port: 0 });
    gateways.push(one);
  }
  const [first, second] = gateways;
  await sees(first!, 1);
  await sees(second!, 1);
  t.equal((await first!.app.inject('/api/echo/unknown')).statusCode, 404);
  t.equal(
    (await first!.app.inject('/api/echo')).json<Echo>().id,
    '0',
    'its own is called directly',
  );
  for (const path of [
    '/api/echo/..',
    '/api/echo/%2e%2e/%2e%2e/metrics',
    '/api/echo/..%2f..%2fmetrics',
  ])
    t.equal(await rawStatus(first!, path), 404, path);
});

test('events are passed on as they come, as long as somebody listens', async (t) => {
  const place = await openPlace(t);
  const { module, send, gone } = streaming();
  await listening(t, place, module);
  const host = await front(t, place, 1);
  const url = await host.app.listen({ host: '127.0.0.1', port: 0 });
  const abort = new AbortController();
  send('first');
  const response = await fetch(`${url}/api/streaming`, { signal: abort.signal });
  t.equal(response.headers.get('content-type'), 'text/event-stream');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  t.equal((await reader.read()).value, 'data: first\n\n');
  send('second');
  t.equal((await reader.read()).value, 'data: second\n\n');
  abort.abort();
  await gone;
  t.pass('and no longer');
});

test('the catalogue of another process is cached here', async (t) => {
  const place = await openPlace(t);
  await listening(t, place, products);
  const host = await front(t, place, 1);
  const first = await host.app.inject('/api/products');
  t.match(first, { statusCode: 200, headers: { 'x-cache': 'MISS', etag: String } });
  const second = await host.app.inject('/api/products');
  t.match(second, { statusCode: 200, headers: { 'x-cache': 'HIT' } });
  t.equal(second.body, first.body);
  const etag = String(first.headers['etag']);
  const unchanged = await host.app.inject({
    url: '/api/products',
    headers: { 'if-none-match': etag },
  });
  t.equal(unchanged.statusCode, 304);
});

test('one document describes the calls of all processes that answer', async (t) => {
  const place = await openPlace(t);
  await listening(t, place, echo());
  const gone = await listening(t, place, streaming().module);
  const host = await front(t, place, 2);
  await gone.app.close();
  for (const url of ['/openapi.json', '/docs/json']) {
    const document = (await host.app.inject(url)).json<{
      paths: Record<string, object>;
      tags: { name: string }[];
      components: { schemas: object; securitySchemes: object };
    }>();
    t.match(document.paths, { '/api/echo': { get: { summary: 'Echoes' } } });
    t.ok(document.paths['/api/sessions'], 'its own are there');
    t.notOk(document.paths['/api/streaming']);
    t.same(
      document.tags.map(({ name }) => name).toSorted((one, other) => one.localeCompare(other)),
      ['echo', 'gateway'],
    );
    t.match(document.components, { schemas: { Problem: {} }, securitySchemes: { operator: {} } });
  }
});

/** The status of a path that is sent as it is written. */
async function rawStatus({ app }: TestHost, path: string): Promise<number> {
  const [address] = app.addresses();
  if (typeof address !== 'object') throw new Error('the host does not listen');
  const socket = connect(address.port, '127.0.0.1');
  socket.end(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(await text(socket)) ?? [];
  return Number(status);
}
