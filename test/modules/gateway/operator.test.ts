/** The operator's calls that are forwarded: the token stays where it was checked, and none goes round. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'tap';
import { gateway } from '../../../modules/gateway/index.ts';
import { modules } from '../../../modules/index.ts';
import { INTERNAL_TOKEN_HEADER, type Operator } from '../../../src/index.ts';
import { startProcess } from '../../process.ts';
import {
  ADMIN_TOKEN,
  eventually,
  openTestEnvironment,
  startTestHost,
  type TestHost,
} from '../../support.ts';
import { bearer } from './client.ts';
import { echo, front, listening, sees } from './elsewhere.ts';

type Method = 'GET' | 'POST';
type Echoed = { headers: Record<string, string | undefined> };

const call = ({ app }: TestHost, method: Method, headers: Record<string, string>) =>
  app.inject({ method, url: '/api/admin/echo?a=1', headers });

test("the operator's token never leaves the process that has checked it, and needs to be known there alone", async (t) => {
  const env = await openTestEnvironment(t);
  const adminToken = 'the-token-of-the-process-behind';
  const behind = await startTestHost(t, { env, modules: [echo()], adminToken });
  await behind.app.listen({ host: '127.0.0.1', port: 0 });
  const host = await front(t, env, 1);
  for (const method of ['GET', 'POST'] as const) {
    const answer = await call(host, method, bearer({ token: ADMIN_TOKEN }));
    t.equal(answer.statusCode, 200);
    t.notOk(answer.body.includes(ADMIN_TOKEN));
    t.equal(answer.json<Echoed>().headers['authorization'], undefined);
    t.equal((await call(host, method, bearer({ token: adminToken }))).statusCode, 401);
    t.equal((await call(host, method, {})).statusCode, 401);
  }
  t.equal((await call(behind, 'GET', bearer({ token: adminToken }))).statusCode, 200);
});

test('the scheme of the token may be written in any case', async (t) => {
  const host = await startTestHost(t, { modules: [gateway, echo()] });
  for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
    const authorization = `${scheme} ${ADMIN_TOKEN}`;
    t.equal((await call(host, 'GET', { authorization })).statusCode, 200, scheme);
  }
});

test("what says that a call is the operator's counts for that method and path alone, and not from outside", async (t) => {
  const env = await openTestEnvironment(t);
  const behind = await listening(t, env, echo());
  const host = await front(t, env, 1);
  const url = new URL('http://behind/api/admin/echo');
  const admin: Operator = { name: 'ann@example.com', role: 'admin' };
  const header = (method: Method, to = url, operator: Operator | null = admin) =>
    behind.internalTokens.forward({ method, url: to, operator });
  t.equal((await call(behind, 'GET', header('GET'))).statusCode, 200);
  t.equal((await call(behind, 'POST', header('GET'))).statusCode, 401);
  t.equal((await call(behind, 'GET', header('GET', new URL('../x', url)))).statusCode, 401);
  t.equal((await call(behind, 'GET', header('GET', url, null))).statusCode, 401);
  const forged = { [INTERNAL_TOKEN_HEADER]: `${header('GET')[INTERNAL_TOKEN_HEADER]}x` };
  t.equal((await call(host, 'GET', forged)).statusCode, 401);
  t.equal((await call(behind, 'GET', forged)).statusCode, 401);
});

test('whoever only writes to Redis is sent nothing', async (t) => {
  const env = await openTestEnvironment(t);
  const asked: unknown[] = [];
  const stranger = createServer((request, response) => {
    asked.push(request.headers);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  t.teardown(() => stranger.close());
  const { port } = stranger.address() as AddressInfo;
  const announced = {
    id: 'stranger',
    url: `http://127.0.0.1:${port}`,
    modules: ['echo', 'ears'],
    paths: ['echo', 'admin/echo'],
    bodyLimits: {},
    until: Date.now() + 60_000,
    mac: 'x',
  };
  const key = `{${env.keyPrefix}millrace:peers}`;
  await env.redis.zadd(key, Date.now() + 60_000, JSON.stringify(announced));
  const host = await startTestHost(t, { env, modules: [gateway], known: [gateway, echo()] });
  t.equal((await call(host, 'GET', bearer({ token: ADMIN_TOKEN }))).statusCode, 503);
  t.equal((await host.app.inject('/api/echo')).statusCode, 503);
  await host.app.inject('/openapi.json');
  t.same(asked, []);
});

test('a replay for a group that nobody reads is refused at once, however many copies there are', async (t) => {
  const env = await openTestEnvironment(t);
  const environment = { MODULES: 'orders', ADMIN_TOKEN };
  // One after the other: MongoDB under Wine ends when two make the same collection at the same time.
  const first = await startProcess(t, env, environment);
  const copies = [first, await startProcess(t, env, environment)];
  const elsewhere = await startTestHost(t, { env, modules: [gateway], known: modules });
  await sees(elsewhere, 2);
  const gate = await elsewhere.app.listen({ host: '127.0.0.1', port: 0 });
  for (const origin of [copies[0]!.url, copies[1]!.url, gate]) {
    // `orders` runs twice, and reads other streams than its own; of the other there is nobody.
    for (const group of ['orders', 'nobody']) {
      const answer = await replay(origin, group);
      t.equal(answer.status, 409, `${group} at ${origin}`);
      t.match(await answer.json(), { type: 'urn:millrace:problem:nobody-reads-group' });
    }
  }
  const requests = () =>
    copies.flatMap(({ logs }) => logs).filter(({ msg }) => msg === 'request completed').length;
  await eventually('they have logged what they were asked', () => requests() >= 5);
  t.equal(requests(), 5, 'two each, and one that was forwarded once');
});

/** Asks a process to replay the dead letters of a group. */
function replay(origin: string, group: string): Promise<Response> {
  return fetch(`${origin}/api/admin/streams/ORDERS_STREAM/dead-letters/replay`, {
    method: 'POST',
    headers: { ...bearer({ token: ADMIN_TOKEN }), 'content-type': 'application/json' },
    body: JSON.stringify({ group }),
  });
}
