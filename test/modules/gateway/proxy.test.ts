/** What arrives at modules in other processes: the caller, the bytes, and events as they come. */
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'tap';
import { gateway } from '../../../modules/gateway/index.ts';
import { INTERNAL_TOKEN_HEADER } from '../../../src/index.ts';
import { as } from '../../session.ts';
import { openTestEnvironment, startTestHost } from '../../support.ts';
import { bearer, guest } from './client.ts';
import { echo, front, LARGE, listening, streaming } from './elsewhere.ts';

interface Echo {
  id: string;
  caller: { userId: string } | null;
  url: string;
  headers: Record<string, string | undefined>;
}

test('a request arrives with its caller, and with nobody whom it only claims to be', async (t) => {
  const env = await openTestEnvironment(t);
  await listening(t, env, echo());
  const host = await front(t, env, 1);
  const session = await guest(host);
  const ask = async (headers: Record<string, string>) =>
    (await host.app.inject({ url: '/api/echo?a=1&b=%20', headers })).json<Echo>();

  const mine = await ask(bearer(session));
  t.equal(mine.caller?.userId, session.userId);
  t.equal(mine.url, '/api/echo?a=1&b=%20');
  t.equal(mine.headers['authorization'], undefined, 'the token stays at the gateway');
  t.equal((await ask(as(host, 'alice'))).caller?.userId, 'alice', 'one who was verified before');

  const [internalToken = ''] = Object.values(as(host, 'alice'));
  const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
  const nobody = await ask({
    [INTERNAL_TOKEN_HEADER]: `${internalToken}x`,
    traceparent,
    'x-forwarded-for': '198.51.100.1',
    cookie: 'millrace_session=x',
    connection: `${INTERNAL_TOKEN_HEADER}, x-own`,
    expect: '100-continue',
    upgrade: 'h2c',
    'x-own': '1',
  });
  t.equal(nobody.caller, null);
  t.not(nobody.headers[INTERNAL_TOKEN_HEADER], `${internalToken}x`);
  t.equal(nobody.headers['cookie'], undefined);
  t.equal(nobody.headers['traceparent'], traceparent);
  t.equal(nobody.headers['x-forwarded-for'], '198.51.100.1, 127.0.0.1');
  const dropped = await ask({
    ...bearer(session),
    connection: `keep-alive, ${INTERNAL_TOKEN_HEADER}`,
  });
  t.equal(dropped.caller?.userId, session.userId, 'nor can it keep a caller from being told');

  const refused = await host.app.inject('/api/echo/mine');
  t.match(refused.json(), { status: 401, type: 'urn:millrace:problem:no-session' });
  const conflict = await host.app.inject('/api/echo/conflict');
  t.match(conflict.json(), { status: 409, detail: 'It always conflicts.' });
  t.match(conflict.headers['content-type'], /problem/);
});

test('a body arrives byte by byte, whatever it is', async (t) => {
  const env = await openTestEnvironment(t);
  await listening(t, env, echo());
  const host = await front(t, env, 1);
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
});

test('a body may be as large as its route says, in one process or through a gateway', async (t) => {
  const env = await openTestEnvironment(t);
  await listening(t, env, echo());
  const split = await front(t, env, 1);
  const whole = await startTestHost(t, { modules: [gateway, echo()] });
  const small = 262_144;
  for (const { app } of [whole, split]) {
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const post = async (path: string, bytes: number, streamed = false) => {
      const body = new Uint8Array(bytes);
      const response = await fetch(`${url}/api/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: streamed ? new Blob([body]).stream() : body,
        ...(streamed && { duplex: 'half' }),
      });
      return { status: response.status, ...((await response.json()) as object) };
    };
    for (const streamed of [false, true]) {
      t.match(await post('echo/large', LARGE, streamed), { status: 200, bytes: LARGE });
      t.match(await post('echo/large', LARGE + 1, streamed), {
        status: 413,
        type: /body-too-large/,
      });
      t.equal((await post('echo', small, streamed)).status, 201);
      t.match(await post('echo', small + 1, streamed), { status: 413, type: /body-too-large/ });
    }
  }
});

test('events are passed on as they come, as long as somebody listens', async (t) => {
  const env = await openTestEnvironment(t);
  const { module, send, gone } = streaming();
  await listening(t, env, module);
  const host = await front(t, env, 1);
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
