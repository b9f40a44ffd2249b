/** The way to modules in other processes: who answers, and what when one is gone. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'tap';
import { gateway } from '../../../modules/gateway/index.ts';
import {
  ADMIN_TOKEN,
  eventually,
  openTestEnvironment,
  startTestHost,
  type TestHost,
} from '../../support.ts';
import { bearer } from './client.ts';
import { echo, front, listening, sees, streaming } from './elsewhere.ts';

interface Echo {
  id: string;
  caller: { userId: string } | null;
  url: string;
  headers: Record<string, string | undefined>;
}

test('several processes take turns; one that is gone is passed over, and none is 503', async (t) => {
  const env = await openTestEnvironment(t);
  const processes = [await listening(t, env, echo('a')), await listening(t, env, echo('b'))];
  const host = await front(t, env, 2);
  const ask = (method: 'GET' | 'POST') => host.app.inject({ method, url: '/api/echo' });
  const ids = async (count: number) => {
    const answers = [];
    for (let i = 0; i < count; i += 1) answers.push((await ask('GET')).json<Echo>().id);
    return answers.toSorted((one, other) => one.localeCompare(other));
  };
  t.same(await ids(4), ['a', 'a', 'b', 'b']);

  // It still stands in the list of the gateway, as one does that was killed.
  await processes[0]?.app.close();
  t.same(await ids(4), ['b', 'b', 'b', 'b']);
  for (let i = 0; i < 4; i += 1) t.equal((await ask('POST')).json<Echo>().id, 'b');
  await processes[1]?.app.close();
  for (const method of ['GET', 'POST'] as const) {
    const response = await ask(method);
    t.match(response.json(), { status: 503, type: 'urn:millrace:problem:no-process-answers' });
    t.ok(response.headers['retry-after']);
  }
});

test('a process that stops withdraws; its paths are known still, others never were', async (t) => {
  const env = await openTestEnvironment(t);
  const one = await listening(t, env, echo());
  const host = await front(t, env, 1);
  await one.stop();
  await sees(host, 0);
  const status = async (url: string, headers = {}) =>
    (await host.app.inject({ url, headers })).statusCode;
  t.equal(await status('/api/echo'), 503);
  t.equal(await status('/api/echo/1/2'), 503);
  const placed = await host.app.inject({ method: 'POST', url: '/api/echo', payload: { a: 1 } });
  t.equal(placed.statusCode, 503, 'with a body too');
  t.equal(await status('/api/admin/echo'), 401);
  t.equal(await status('/api/admin/echo', bearer({ token: ADMIN_TOKEN })), 503);
  t.equal(await status('/api/ech'), 404);
  t.equal(await status('/api/admin'), 404);
  t.equal(await status('/api/sessions'), 404, 'what is served here is not looked for elsewhere');
});

test('a request leads neither round in circles nor out of the API', async (t) => {
  const env = await openTestEnvironment(t);
  const gateways = [];
  for (let i = 0; i < 2; i += 1) {
    const one = await startTestHost(t, { env, modules: [gateway, echo(String(i))] });
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

test('one document describes the calls of all processes that answer', async (t) => {
  const env = await openTestEnvironment(t);
  await listening(t, env, echo());
  const gone = await listening(t, env, streaming().module);
  const host = await front(t, env, 2);
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
      ['echo', 'gateway', 'host', 'operator'],
    );
    t.match(document.components, { schemas: { Problem: {} }, securitySchemes: { operator: {} } });
  }
});

test('a request that names the origin, as for a proxy, is answered as its path', async (t) => {
  const env = await openTestEnvironment(t);
  await listening(t, env, echo());
  const split = await front(t, env, 1);
  const whole = await startTestHost(t, { modules: [gateway, echo()] });
  for (const host of [whole, split]) {
    await host.app.listen({ host: '127.0.0.1', port: 0 });
    t.equal(await rawStatus(host, 'http://shop.example/api/echo?a=1'), 200);
    t.equal(await rawStatus(host, 'HTTPS://shop.example:8443/api/echo/mine'), 401);
    t.equal(await rawStatus(host, 'http://shop.example/api/none'), 404);
    t.equal(await rawStatus(host, 'http://shop.example/api/echo/../../metrics'), 404);
    t.equal(await rawStatus(host, 'http://shop.example'), 302, 'no path is /');
    t.equal(await rawStatus(host, '//shop.example/api/echo'), 404);
  }
});

/** The status of a path that is sent as it is written. */
async function rawStatus({ app }: TestHost, path: string): Promise<number> {
  const [address] = app.addresses();
  if (typeof address !== 'object') throw new Error('the host does not listen');
  const socket = connect(address.port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(await text(socket)) ?? [];
  return Number(status);
}

test('what nobody has ever served is 503 while a module is missing, and 404 once all run', async (t) => {
  const env = await openTestEnvironment(t);
  const known = [gateway, echo()];
  const first = await startTestHost(t, { env, modules: [gateway], known });
  const ask = () => first.app.inject('/api/echo');
  t.equal((await ask()).statusCode, 503, 'echo may come yet');
  const behind = await startTestHost(t, { env, modules: [echo()], known });
  await behind.app.listen({ host: '127.0.0.1', port: 0 });
  await eventually('it is asked', async () => (await ask()).statusCode === 200);
  t.equal((await first.app.inject('/api/nothing')).statusCode, 404);
});
