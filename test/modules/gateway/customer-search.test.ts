/** The operator's search for customers, and one of them with account and sessions. */
import { test } from 'tap';
import { plansOf } from '../../plans.ts';
import { ADMIN_TOKEN, startTestHost, type TestHost } from '../../support.ts';
import { begin, guest, register, type Begun } from './client.ts';

const PASSWORD = 'correct horse battery';
const operator = { authorization: `Bearer ${ADMIN_TOKEN}` };

interface Customer {
  userId: string;
  email: string;
  name?: string;
}

const search = (host: TestHost, query: Record<string, string>) =>
  host.app.inject({
    url: `/api/admin/customers?${new URLSearchParams(query)}`,
    headers: operator,
  });

const emailsFor = async (host: TestHost, email: string) =>
  (await search(host, { email })).json<{ items: Customer[] }>().items.map((one) => one.email);

test('a customer is found by the beginning of the email, in whatever case and script', async (t) => {
  const host = await startTestHost(t);
  const emails = ['Ann@Example.com', 'anna@example.com', 'al@bücher.example', 'zoe@example.com'];
  for (const email of emails)
    t.equal((await register(host, { email, password: PASSWORD, name: 'N' })).statusCode, 201);
  t.same(await emailsFor(host, 'ann'), ['Ann@Example.com', 'anna@example.com']);
  t.same(await emailsFor(host, 'ANN@example.com'), ['Ann@Example.com']);
  t.same(await emailsFor(host, 'al@bücher.example'), ['al@bücher.example']);
  t.same(await emailsFor(host, 'al@xn--bcher'), ['al@bücher.example']);
  for (const nothing of ['example.com', '.*', '$', '^a', 'annx'])
    t.same(await emailsFor(host, nothing), [], nothing);
});

test('few customers are found at a time, by an index alone, with nothing that signs in', async (t) => {
  const host = await startTestHost(t);
  for (let i = 0; i < 8; i++)
    await register(host, { email: `ann${i}@example.com`, password: PASSWORD });
  const { db } = host.context('gateway');
  const plans = await plansOf(db, 'accounts', async () => {
    t.equal((await emailsFor(host, 'ann')).length, 5);
  });
  t.ok(plans.length > 0);
  for (const { summary, examined } of plans) {
    t.match(summary, /IXSCAN/);
    t.ok(examined <= 6, `${examined} accounts for five`);
  }
  const two = await search(host, { email: 'ann', limit: '2' });
  t.equal(two.json<{ items: Customer[] }>().items.length, 2);
  t.equal(two.headers['cache-control'], 'no-store');
  t.notMatch(two.body, /password|emailKey|salt/);
});

test('a customer is shown with account and sessions, a guest with sessions alone', async (t) => {
  const host = await startTestHost(t);
  const email = 'ann@example.com';
  const { userId } = (await register(host, { email, password: PASSWORD })).json<Begun>();
  await begin(host, { email, password: PASSWORD });
  const show = (id: string) =>
    host.app.inject({ url: `/api/admin/customers/${id}`, headers: operator });
  const shown = await show(userId);
  t.match(shown.json(), {
    userId,
    erased: false,
    account: { userId, email, createdAt: /^\d{4}-/ },
    sessions: [{ kind: 'customer' }, { kind: 'customer' }],
  });
  t.notMatch(shown.body, /token|password|browser|address/i);
  const stranger = await guest(host);
  const { account, sessions } = (await show(stranger.userId)).json<{
    account?: object;
    sessions: object[];
  }>();
  t.equal(account, undefined);
  t.equal(sessions.length, 1);
  const erase = {
    method: 'DELETE',
    url: `/api/admin/customers/${userId}`,
    headers: operator,
  } as const;
  t.equal((await host.app.inject(erase)).statusCode, 202);
  t.same((await show(userId)).json(), { userId, erased: true, sessions: [] });
  const nobody = await show('nobody');
  t.equal(nobody.statusCode, 404);
  t.match(nobody.json(), { type: /unknown-customer$/ });
});

test('a search that does not fit is refused, and so is whoever is not the operator', async (t) => {
  const host = await startTestHost(t);
  for (const query of [{}, { email: '' }, { email: 'a', limit: '21' }, { email: 'a', x: '1' }])
    t.equal((await search(host, query as Record<string, string>)).statusCode, 400);
  for (const path of ['customers?email=a', 'customers/some'])
    t.equal((await host.app.inject(`/api/admin/${path}`)).statusCode, 401);
});
