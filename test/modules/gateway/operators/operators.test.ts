/** Operators are invited, changed and disabled, which counts at once in every process. */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { test } from 'tap';
import { gateway } from '../../../../modules/gateway/index.ts';
import { defineModule, type Role } from '../../../../src/index.ts';
import type { AuditEntryResponse } from '../../../../src/http/admin/audit/routes.ts';
import { call, invite, operator, PASSWORD, signIn } from '../../../operators.ts';
import { eventually, openTestEnvironment, startTestHost } from '../../../support.ts';
import { startProcess } from '../../../process.ts';
import { bearer } from '../client.ts';
import { echo, front, listening, streaming } from '../elsewhere.ts';

const modules = [gateway];

test('an operator is invited once for an e-mail, and listed without password', async (t) => {
  const host = await startTestHost(t, { modules });
  const { temporaryPassword } = await invite(host, 'viewer', 'Ann@Example.com');
  t.match(temporaryPassword, /^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
  const payload = { email: 'ann@example.com', name: 'Ann', role: 'admin' };
  t.equal((await call(host, 'POST', '/operators', { payload })).statusCode, 409);
  for (const wrong of [
    { ...payload, role: 'owner' },
    { ...payload, email: 'ann' },
    { ...payload, name: '' },
    { ...payload, more: 1 },
  ])
    t.equal((await call(host, 'POST', '/operators', { payload: wrong })).statusCode, 400);
  const { items } = (await call(host, 'GET', '/operators')).json<{ items: object[] }>();
  t.match(items, [{ email: 'Ann@Example.com', role: 'viewer', isTemporary: true }]);
  t.equal(items.length, 1);
  t.notMatch(JSON.stringify(items), /key|salt|passw/);
});

test('a change of the role counts at the next call, in every process', async (t) => {
  const env = await openTestEnvironment(t);
  const [host, other] = [
    await startTestHost(t, { env, modules }),
    await startTestHost(t, { env, modules }),
  ];
  const { headers, operatorId } = await operator(host, 'viewer');
  const list = () => call(other, 'GET', '/operators', { headers });
  t.equal((await list()).statusCode, 403);
  const change = (payload: object) => call(host, 'PATCH', `/operators/${operatorId}`, { payload });
  t.equal((await change({ role: 'admin' })).statusCode, 200);
  t.equal((await list()).statusCode, 200);
  t.equal((await change({ role: 'support' })).statusCode, 200);
  t.equal((await list()).statusCode, 403);
  const audit = (await call(host, 'GET', '/audit?action=PATCH')).json<{
    items: AuditEntryResponse[];
  }>();
  t.match(audit.items[0], {
    target: `operators/${operatorId}`,
    before: { operator: 'viewer@example.com', role: 'admin' },
    after: { role: 'support' },
  });
});

test('a disabled operator is out at once, and back with a new session alone', async (t) => {
  const host = await startTestHost(t, { modules });
  const { headers, operatorId } = await operator(host, 'viewer');
  const change = (payload: object) => call(host, 'PATCH', `/operators/${operatorId}`, { payload });
  const me = () => call(host, 'GET', '/me', { headers });
  t.equal((await me()).statusCode, 200);
  t.match((await change({ disabled: true })).json(), { disabled: true });
  t.equal((await me()).statusCode, 401);
  t.match((await change({ disabled: false })).json(), { disabled: false });
  t.equal((await me()).statusCode, 401, 'the session from before has ended');
  t.equal((await signIn(host, 'viewer@example.com')).statusCode, 201);
  t.equal(
    (await call(host, 'PATCH', '/operators/none', { payload: { name: 'A' } })).statusCode,
    404,
  );
  t.equal((await change({})).statusCode, 400);
});

test('a new password ends all other sessions, and one that an admin sets ends all', async (t) => {
  const host = await startTestHost(t, { modules });
  const { headers, operatorId } = await operator(host, 'viewer');
  const other = bearer((await signIn(host, 'viewer@example.com')).json<{ token: string }>());
  const status = async (one: Record<string, string>) =>
    (await call(host, 'GET', '/me', { headers: one })).statusCode;
  const payload = { currentPassword: PASSWORD, newPassword: 'the wheel above the race' };
  await call(host, 'POST', '/me/password', { headers, payload });
  t.same([await status(headers), await status(other)], [200, 401]);
  const reset = await call(host, 'POST', `/operators/${operatorId}/password`);
  const { temporaryPassword } = reset.json<{ temporaryPassword: string }>();
  t.equal(await status(headers), 401);
  t.equal((await signIn(host, 'viewer@example.com', payload.newPassword)).statusCode, 401);
  t.equal((await signIn(host, 'viewer@example.com', temporaryPassword)).statusCode, 201);
  t.equal((await call(host, 'POST', '/operators/none/password')).statusCode, 404);
});

test('nobody changes the own role or disables themselves; another admin does', async (t) => {
  const host = await startTestHost(t, { modules });
  const ann = await operator(host, 'admin', 'ann@example.com');
  const bob = await operator(host, 'admin', 'bob@example.com');
  const change = (by: typeof ann, of: typeof ann, payload: object) =>
    call(host, 'PATCH', `/operators/${of.operatorId}`, { headers: by.headers, payload });
  const refused = await change(ann, ann, { role: 'viewer' });
  t.match([refused.statusCode, refused.json()], [409, { type: /own-role/ }]);
  t.equal((await change(ann, ann, { disabled: true })).statusCode, 409);
  t.equal((await change(ann, ann, { name: 'Ann of the mill' })).statusCode, 200);
  t.equal((await change(bob, ann, { role: 'viewer' })).statusCode, 200);
  t.equal((await change(ann, bob, { disabled: true })).statusCode, 403);
});

test('a call of an operator reaches other processes with name and role, and its token does not', async (t) => {
  const env = await openTestEnvironment(t);
  const behind = await listening(t, env, echo());
  const host = await front(t, env, 1);
  const status = async (role: Role, method: 'GET' | 'POST') => {
    const { headers, token } = await operator(host, role, `${role}-${method}@example.com`);
    const answer = await call(host, method, '/echo', { headers });
    t.notOk(answer.body.includes(token));
    return answer.statusCode;
  };
  t.same([await status('viewer', 'GET'), await status('viewer', 'POST')], [200, 403]);
  t.same([await status('support', 'POST'), await status('admin', 'POST')], [403, 200]);
  const { headers } = await operator(host, 'admin', 'direct@example.com');
  t.equal(
    (await call(behind, 'GET', '/echo', { headers })).statusCode,
    401,
    'it knows no operators',
  );
  const { items } = (await call(behind, 'GET', '/audit?action=POST%20/api/admin/echo')).json<{
    items: AuditEntryResponse[];
  }>();
  t.match(items, [{ who: 'admin-POST@example.com', role: 'admin', outcome: { status: 200 } }]);
  t.equal(items.length, 1, 'audited once');
});

test('what an operator has open ends soon after the session does', async (t) => {
  const { module, send } = streaming();
  const admin = defineModule({
    name: 'feed',
    provides: ['adminRoutes'],
    setup: (context) => ({ adminRoutes: (app) => module.setup!(context).routes!(app) }),
  });
  const host = await startTestHost(t, { modules: [gateway, admin] });
  const origin = await host.app.listen({ host: '127.0.0.1', port: 0 });
  const { headers, operatorId } = await operator(host, 'viewer');
  const asked = request(`${origin}/api/admin/streaming`, { headers }).end();
  send('1');
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let isOver = false;
  answer.once('end', () => (isOver = true)).resume();
  await call(host, 'PATCH', `/operators/${operatorId}`, { payload: { disabled: true } });
  t.ok(await eventually('the stream ends', () => isOver));
});

test('a password is in no line of the log', async (t) => {
  const env = await openTestEnvironment(t);
  const environment = {
    MODULES: 'gateway',
    ADMIN_TOKEN: 'the-token-of-the-operator',
    LOG_LEVEL: 'trace',
  };
  const process = await startProcess(t, env, environment);
  const send = (path: string, payload: object) =>
    fetch(`${process.url}/api/admin${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${environment.ADMIN_TOKEN}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(payload),
    });
  const invited = await send('/operators', { email: 'a@example.com', name: 'A', role: 'viewer' });
  const { temporaryPassword } = (await invited.json()) as { temporaryPassword: string };
  await send('/sessions', { email: 'a@example.com', password: temporaryPassword });
  await send('/sessions', { email: 'a@example.com', password: 'a wrong guess' });
  await eventually(
    'they are logged',
    () => process.logs.filter(({ msg }) => msg === 'request completed').length >= 3,
  );
  const text = JSON.stringify(process.logs);
  t.notMatch(text, new RegExp(`${temporaryPassword}|a wrong guess|mro_`));
});
