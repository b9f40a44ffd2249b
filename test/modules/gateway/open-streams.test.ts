/** Streams of events through a gateway: they end with their session, and come back by themselves. */
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'tap';
import { gateway } from '../../../modules/gateway/index.ts';
import { defineModule, requireCaller, type Module } from '../../../src/index.ts';
import { eventually, openTestEnvironment, startTestHost, type TestHost } from '../../support.ts';
import { bearer, guest, signOut, type Begun } from './client.ts';
import { front, listening } from './elsewhere.ts';

async function* ticks(signal: AbortSignal) {
  while (!signal.aborted) {
    yield ':\n\n';
    await delay(20);
  }
}

/** Streams without an end, for whoever has a session. */
function ticking(): Module {
  return defineModule({
    name: 'ticking',
    provides: ['routes'],
    setup: ({ signal }) => ({
      routes(app) {
        app.get('/ticking', async (request, reply) => {
          requireCaller(request);
          return reply.type('text/event-stream').send(Readable.from(ticks(signal)));
        });
      },
    }),
  });
}

const urlOf = (host: TestHost) => host.app.listen({ host: '127.0.0.1', port: 0 });

/** Opens a stream, and says how it ends. */
async function open(url: string, session: Begun) {
  const aborter = new AbortController();
  const response = await fetch(`${url}/api/ticking`, {
    headers: bearer(session),
    signal: aborter.signal,
  });
  let state: 'open' | 'ended' | 'broken' = 'open';
  const end = text(response.body!).then(
    () => (state = 'ended'),
    () => (state = 'broken'),
  );
  return { status: response.status, end, state: () => state, close: () => aborter.abort() };
}

test('a stream ends when its session is signed out, in whichever process, and no other does', async (t) => {
  const env = await openTestEnvironment(t);
  await listening(t, env, ticking());
  const split = await front(t, env, 1);
  const whole = await startTestHost(t, { env, modules: [gateway, ticking()] });
  const elsewhere = await front(t, env, 1);
  for (const host of [whole, split]) {
    const url = await urlOf(host);
    const [session, other] = [await guest(host), await guest(host)];
    const streams = [await open(url, session), await open(url, session)];
    const stays = await open(url, other);
    t.equal((await signOut(elsewhere, bearer(session))).statusCode, 204);
    t.same(await Promise.all(streams.map(({ end }) => end)), ['ended', 'ended']);
    t.equal(stays.state(), 'open');
    t.equal((await open(url, session)).status, 401);
    stays.close();
  }
});

test('a stream ends when its session is too old', async (t) => {
  const host = await startTestHost(t, {
    modules: [gateway, ticking()],
    environment: { SESSION_TTL_MS: '2000' },
  });
  const stream = await open(await urlOf(host), await guest(host));
  t.equal(stream.status, 200);
  t.equal(await stream.end, 'ended');
});

test('an EventSource whose stream is away is told to come again, and any other client that it is away', async (t) => {
  const env = await openTestEnvironment(t);
  const module = ticking();
  const host = await startTestHost(t, { env, modules: [gateway], known: [gateway, module] });
  const url = await urlOf(host);
  const session = await guest(host);
  const ask = (
    accept: string,
    path = 'ticking',
    headers: Record<string, string> = bearer(session),
  ) => fetch(`${url}/api/${path}`, { headers: { accept, ...headers } });
  const stream = 'text/event-stream';

  const away = await ask(stream);
  t.equal(away.status, 200);
  t.equal(away.headers.get('content-type'), stream);
  t.equal(await away.text(), 'retry: 2000\n\n', 'it ends at once');
  t.equal((await ask('*/*')).status, 503);

  const behind = await listening(t, env, module);
  await eventually('it has come again, and was never told to give up', async () => {
    const answer = await ask(stream);
    if (answer.status !== 200) throw new Error(`an EventSource gives up on ${answer.status}`);
    const reader = answer.body!.getReader();
    const { value } = await reader.read();
    await reader.cancel();
    return Buffer.from(value ?? '')
      .toString()
      .startsWith(':');
  });
  t.equal((await ask(stream, 'ticking', {})).status, 401);
  t.equal((await ask(stream, 'nothing')).status, 404);
  await behind.stop();
  t.equal(await (await ask(stream)).text(), 'retry: 2000\n\n');
});
