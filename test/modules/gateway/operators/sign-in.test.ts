/** Operators sign in and out, and have passwords of their own. */
import { test } from 'tap';
import { gateway } from '../../../../modules/gateway/index.ts';
import type { AuditEntryResponse } from '../../../../src/http/admin/audit/routes.ts';
import { call, invite, operator, PASSWORD, signIn, TOKEN } from '../../../operators.ts';
import { startTestHost } from '../../../support.ts';
import { bearer, register } from '../client.ts';

const modules = [gateway];

test('an operator signs in by e-mail and password, is known by the role, and signs out', async (t) => {
  const host = await startTestHost(t, { modules });
  const { headers, operatorId } = await operator(host, 'support');
  const me = await call(host, 'GET', '/me', { headers });
  const known = { name: 'support@example.com', role: 'support', operatorId, isTemporary: false };
  t.match(me.json(), known);
  t.equal(me.headers['cache-control'], 'no-store');
  const other = (await signIn(host, 'Support@Example.com')).json<{ token: string }>();
  t.match((await call(host, 'GET', '/me', { headers: bearer(other) })).json(), known);
  t.equal((await call(host, 'DELETE', '/sessions/current', { headers })).statusCode, 204);
  t.equal((await call(host, 'GET', '/me', { headers })).statusCode, 401);
  t.equal((await call(host, 'GET', '/me', { headers: bearer(other) })).statusCode, 200);
});

test('whoever has the ADMIN_TOKEN is an admin without session and password', async (t) => {
  const host = await startTestHost(t, { modules });
  t.same((await call(host, 'GET', '/me')).json(), {
    name: 'ADMIN_TOKEN',
    role: 'admin',
    operatorId: null,
    isTemporary: false,
    expiresAt: null,
  });
  t.equal((await call(host, 'DELETE', '/sessions/current')).statusCode, 409);
  const payload = { currentPassword: 'a', newPassword: PASSWORD };
  t.equal((await call(host, 'POST', '/me/password', { payload })).statusCode, 409);
});

test('with a temporary password nothing is done but to change it', async (t) => {
  const host = await startTestHost(t, { modules });
  const { temporaryPassword } = await invite(host, 'admin');
  const begun = (await signIn(host, 'admin@example.com', temporaryPassword)).json<{
    token: string;
  }>();
  t.match(begun, { isTemporary: true });
  const headers = bearer(begun);
  for (const path of ['/operators', '/streams', '/audit', '/payments']) {
    const answer = await call(host, 'GET', path, { headers });
    t.match([answer.statusCode, answer.json()], [403, { type: /temporary-password/ }], path);
  }
  const change = (payload: object) => call(host, 'POST', '/me/password', { headers, payload });
  const currentPassword = temporaryPassword;
  t.equal((await change({ currentPassword, newPassword: 'password' })).statusCode, 422);
  t.equal((await change({ currentPassword, newPassword: currentPassword })).statusCode, 422);
  t.equal((await change({ currentPassword: 'wrong', newPassword: PASSWORD })).statusCode, 403);
  t.equal((await change({ currentPassword, newPassword: PASSWORD })).statusCode, 204);
  t.equal((await call(host, 'GET', '/operators', { headers })).statusCode, 200);
  t.equal((await signIn(host, 'admin@example.com', temporaryPassword)).statusCode, 401);
});

test('a temporary password that is too old is refused as a wrong one is', async (t) => {
  const host = await startTestHost(t, { modules });
  const { temporaryPassword } = await invite(host, 'admin');
  const operators = host.context('gateway').db.collection('operators');
  await operators.updateMany({}, { $set: { temporaryUntil: new Date(Date.now() - 1) } });
  t.equal((await signIn(host, 'admin@example.com', temporaryPassword)).statusCode, 401);
});

test('a wrong password, an unknown e-mail and a disabled operator are answered alike', async (t) => {
  const host = await startTestHost(t, { modules });
  await operator(host, 'viewer');
  const { operatorId } = await operator(host, 'support');
  const payload = { disabled: true };
  await call(host, 'PATCH', `/operators/${operatorId}`, { payload });
  const answers = [
    await signIn(host, 'viewer@example.com', 'wrong password'),
    await signIn(host, 'nobody@example.com', PASSWORD),
    await signIn(host, 'support@example.com', PASSWORD),
  ];
  const plain = answers.map((answer) => {
    const { instance: _instance, ...problem } = answer.json<{ instance: string }>();
    return { status: answer.statusCode, problem };
  });
  t.match(plain[0], { status: 401, problem: { detail: 'Email or password is wrong.' } });
  t.same(plain[1], plain[0]);
  t.same(plain[2], plain[0]);
});

test('guesses are counted, at known and unknown e-mails alike, and apart from those of customers', async (t) => {
  const host = await startTestHost(t, { modules, environment: { SIGN_IN_ATTEMPTS: '2' } });
  await operator(host, 'viewer');
  for (const email of ['viewer@example.com', 'nobody@example.com']) {
    for (const expected of [401, 401, 429])
      t.equal((await signIn(host, email, 'wrong password')).statusCode, expected, email);
  }
  const right = await signIn(host, 'viewer@example.com');
  t.equal(right.statusCode, 429, 'the right one too');
  t.ok(right.headers['retry-after']);
  const url = '/api/sessions';
  const payload = { email: 'viewer@example.com', password: 'wrong password' };
  t.equal((await host.app.inject({ method: 'POST', url, payload })).statusCode, 401);
});

test('a session whose time is over is none, before MongoDB takes it away', async (t) => {
  const host = await startTestHost(t, { modules });
  const { headers } = await operator(host, 'viewer');
  const sessions = host.context('gateway').db.collection('operatorSessions');
  await sessions.updateMany({}, { $set: { expiresAt: new Date(Date.now() - 1) } });
  t.equal((await call(host, 'GET', '/me', { headers })).statusCode, 401);
});

test("a customer's token is no operator's, nor the other way round", async (t) => {
  const host = await startTestHost(t, { modules });
  const { headers } = await operator(host, 'admin', 'ann@example.com');
  const account = { email: 'ann@example.com', password: 'a mill by the stream' };
  const customer = (await register(host, account)).json<{ token: string }>();
  for (const path of ['/me', '/operators', '/audit'])
    t.equal((await call(host, 'GET', path, { headers: bearer(customer) })).statusCode, 401);
  t.equal((await host.app.inject({ url: '/api/account', headers })).statusCode, 401);
  t.equal((await signIn(host, 'ann@example.com', account.password)).statusCode, 401);
});

test('signing in is in the audit log, and no password is: nor in the database', async (t) => {
  const host = await startTestHost(t, { modules });
  const { operatorId } = await operator(host, 'support');
  await signIn(host, 'support@example.com', 'a wrong guess');
  const answer = await call(host, 'GET', '/audit');
  const { items } = answer.json<{ items: AuditEntryResponse[] }>();
  t.same(
    items.map(({ who, action }) => `${who} ${action}`),
    [
      'support@example.com POST /api/admin/me/password',
      'support@example.com POST /api/admin/sessions',
      'ADMIN_TOKEN POST /api/admin/operators',
    ],
  );
  t.ok(items.every(({ target }) => target === `operators/${operatorId}`));
  const { mongodb, databasePrefix } = host.env;
  const audit = await mongodb.db(`${databasePrefix}host`).collection('audit').find().toArray();
  const kept = await host.context('gateway').db.collection('operators').find().toArray();
  t.notMatch(JSON.stringify([audit, kept]), new RegExp(`${PASSWORD}|wrong guess`));
  t.notMatch(JSON.stringify(items), new RegExp(TOKEN['authorization']!.slice(7)));
});
