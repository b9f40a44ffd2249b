/** A customer's account: the profile, the addresses, and a password whose change ends all other sessions. */
import { test, type Test } from 'tap';
import { eventually, startTestHost, type TestHost } from '../../support.ts';
import { bearer, begin, cookiesOf, current, guest, register, type Begun } from './client.ts';

const ALICE = { email: 'alice@example.com', password: 'correct horse battery', name: 'Alice' };
const ALICE_CREDENTIALS = { email: ALICE.email, password: ALICE.password };
const BOB = { email: 'bob@example.com', password: 'a mill by the stream' };
const NEW_PASSWORD = 'water over the wheel';

const HOME = {
  name: 'Alice Miller',
  line1: 'Hauptstraße 1',
  city: 'Köln',
  postalCode: '50667',
  country: 'DE',
};
const WORK = { ...HOME, line1: 'Am Mühlbach 7', line2: '2nd floor', region: 'NRW' };

type Saved = typeof HOME & { addressId: string };
type Headers = Record<string, string>;
type Method = 'GET' | 'PATCH' | 'POST' | 'PUT' | 'DELETE';

/** A call on `/api/account`. */
function call(host: TestHost, who: Headers, method: Method, path = '', payload?: object) {
  const url = `/api/account${path}`;
  return host.app.inject({ method, url, headers: who, ...(payload && { payload }) });
}

const shown = async (host: TestHost, who: Headers) =>
  (await call(host, who, 'GET')).json<{ addresses: Saved[]; name?: string; phone?: string }>();

const signUp = async (host: TestHost, account: object): Promise<Headers> =>
  bearer((await register(host, account)).json<Begun>());

const signIn = async (host: TestHost, email: string, password: string): Promise<Headers> =>
  bearer((await begin(host, { email, password })).json<Begun>());

async function statusOf(answer: ReturnType<typeof call | typeof current>): Promise<number> {
  return (await answer).statusCode;
}

const changePassword = (
  host: TestHost,
  who: Headers,
  currentPassword: string,
  newPassword: string,
) => call(host, who, 'POST', '/password', { currentPassword, newPassword });

test('a customer sees the account and changes what it says of the person', async (t) => {
  const host = await startTestHost(t);
  const begun = (await register(host, ALICE)).json<Begun>();
  const alice = bearer(begun);
  const { userId } = begun;
  const before = await call(host, alice, 'GET');
  t.equal(before.headers['cache-control'], 'no-store');
  const { createdAt, ...account } = before.json<{ createdAt: string }>();
  t.same(account, { userId, email: ALICE.email, name: 'Alice', addresses: [] });
  t.ok(Math.abs(Date.now() - Date.parse(createdAt)) < 600_000, createdAt);
  t.match((await current(host, alice)).json(), { email: ALICE.email, name: 'Alice' });

  const phone = '+49 (221) 123-45';
  const changed = await call(host, alice, 'PATCH', '', { name: 'Alice M.', phone });
  t.same(changed.json(), { ...account, createdAt, name: 'Alice M.', phone });
  t.same(await shown(host, alice), changed.json());
  await call(host, alice, 'PATCH', '', { name: null });
  t.same(await shown(host, alice), { userId, email: ALICE.email, phone, addresses: [], createdAt });
  t.notOk('name' in (await current(host, alice)).json<object>());
});

test('a guest has no account, and is told how to get one', async (t) => {
  const host = await startTestHost(t);
  const who = bearer(await guest(host));
  const calls: [Method, string, object?][] = [
    ['GET', ''],
    ['PATCH', '', { name: 'A' }],
    ['POST', '/addresses', HOME],
    ['PUT', '/addresses/a', HOME],
    ['DELETE', '/addresses/a'],
    ['POST', '/password', { currentPassword: 'a', newPassword: NEW_PASSWORD }],
  ];
  for (const [method, path, payload] of calls) {
    const name = `${method} ${path}`;
    const refused = (await call(host, who, method, path, payload)).json<{ detail: string }>();
    t.match(refused, { status: 403, type: /no-account/, detail: /POST \/api\/accounts/ }, name);
    t.equal(await statusOf(call(host, {}, method, path, payload)), 401, `${name} without session`);
  }
});

test('addresses are added, replaced and removed, each by its id', async (t) => {
  const host = await startTestHost(t);
  const alice = await signUp(host, ALICE);
  const added = await call(host, alice, 'POST', '/addresses', HOME);
  t.equal(added.statusCode, 201);
  const home = added.json<Saved>();
  t.same(home, { ...HOME, addressId: home.addressId });
  const work = (await call(host, alice, 'POST', '/addresses', WORK)).json<Saved>();
  t.same((await shown(host, alice)).addresses, [home, work]);

  const moved = await call(host, alice, 'PUT', `/addresses/${work.addressId}`, HOME);
  t.same(moved.json(), { ...HOME, addressId: work.addressId });
  t.same((await shown(host, alice)).addresses, [home, moved.json()], 'nothing of it is left');

  t.equal(await statusOf(call(host, alice, 'DELETE', `/addresses/${home.addressId}`)), 204);
  t.same((await shown(host, alice)).addresses, [moved.json()]);
  for (const [method, payload] of [['DELETE'], ['PUT', HOME]] as const) {
    const gone = await call(host, alice, method, `/addresses/${home.addressId}`, payload);
    t.match(gone.json(), { status: 404, type: /unknown-address/ }, method);
  }
});

test('two tabs do not lose an address, and an address that is sent again is there once', async (t) => {
  const host = await startTestHost(t);
  const second = await startTestHost(t, { env: host.env });
  const alice = await signUp(host, ALICE);
  const add = async (i: number) =>
    call(i % 2 ? host : second, alice, 'POST', '/addresses', { ...HOME, line1: `Street ${i}` });
  const numbers = Array.from({ length: 8 }, (_, i) => i);
  const answers = await Promise.all([...numbers, ...numbers].map(add));
  t.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([201]));
  const { addresses } = await shown(host, alice);
  t.same(
    addresses.map(({ line1 }) => line1).toSorted(),
    numbers.map((i) => `Street ${i}`),
  );
  for (const answer of answers)
    t.ok(addresses.some(({ addressId }) => addressId === answer.json<Saved>().addressId));

  const [one, other] = addresses;
  await Promise.all([
    call(host, alice, 'PUT', `/addresses/${one?.addressId}`, WORK),
    call(second, alice, 'DELETE', `/addresses/${other?.addressId}`),
    call(second, alice, 'PATCH', '', { phone: '0221 1' }),
  ]);
  const after = await shown(host, alice);
  t.same(after.addresses, [{ ...WORK, addressId: one?.addressId }, ...addresses.slice(2)]);
  t.equal(after.phone, '0221 1');
});

test('an account keeps ten addresses, however many come at once', async (t) => {
  const host = await startTestHost(t);
  const alice = await signUp(host, ALICE);
  const answers = await Promise.all(
    Array.from({ length: 14 }, (_, i) =>
      call(host, alice, 'POST', '/addresses', { ...HOME, line1: `Street ${i}` }),
    ),
  );
  const refused = answers.filter(({ statusCode }) => statusCode !== 201);
  t.equal(refused.length, 4);
  for (const answer of refused) t.match(answer.json(), { status: 409, type: /too-many-addresses/ });
  const { addresses } = await shown(host, alice);
  t.equal(addresses.length, 10);
  const { addressId: _, ...kept } = addresses[3]!;
  t.same((await call(host, alice, 'POST', '/addresses', kept)).json(), addresses[3]);
});

test("one customer never sees or changes another's account", async (t) => {
  const host = await startTestHost(t);
  const [alice, bob] = [await signUp(host, ALICE), await signUp(host, BOB)];
  const { addressId } = (await call(host, alice, 'POST', '/addresses', HOME)).json<Saved>();
  const before = await shown(host, alice);
  t.equal(await statusOf(call(host, bob, 'PUT', `/addresses/${addressId}`, WORK)), 404);
  t.equal(await statusOf(call(host, bob, 'DELETE', `/addresses/${addressId}`)), 404);
  await call(host, bob, 'PATCH', '', { name: 'Bob', phone: '110' });
  await call(host, bob, 'POST', '/addresses', WORK);
  t.equal((await changePassword(host, bob, ALICE.password, NEW_PASSWORD)).statusCode, 403);
  t.equal((await changePassword(host, bob, BOB.password, NEW_PASSWORD)).statusCode, 204);
  t.same(await shown(host, alice), before);
  t.match(await shown(host, bob), { name: 'Bob', addresses: [WORK] });
  t.equal((await begin(host, ALICE_CREDENTIALS)).statusCode, 201);
});

test('bad input changes nothing', async (t) => {
  const host = await startTestHost(t);
  const alice = await signUp(host, ALICE);
  const { addressId } = (await call(host, alice, 'POST', '/addresses', HOME)).json<Saved>();
  const before = await shown(host, alice);
  const profiles: object[] = [
    {},
    [],
    { name: ' ' },
    { name: 'a\u0000b' },
    { name: 'x'.repeat(201) },
    { name: { $ne: '' } },
    { phone: '' },
    { phone: 'call me' },
    { phone: '()--' },
    { phone: '1'.repeat(41) },
    { phone: 12345 },
    { name: 'Eve', email: 'eve@example.com' },
    { 'addresses.0.city': 'x' },
  ];
  for (const payload of profiles)
    t.equal(await statusOf(call(host, alice, 'PATCH', '', payload)), 400, JSON.stringify(payload));
  const { city: _, ...noCity } = HOME;
  const addresses: object[] = [
    {},
    noCity,
    { ...HOME, addressId: 'mine' },
    { ...HOME, line1: 'one\ntwo' },
    { ...HOME, line1: 'one\u0000' },
    { ...HOME, line1: '\u202eone' },
    { ...HOME, line2: ' ' },
    { ...HOME, name: 'x'.repeat(201) },
    { ...HOME, line1: 'x'.repeat(201) },
    { ...HOME, line2: 'x'.repeat(201) },
    { ...HOME, city: 'x'.repeat(101) },
    { ...HOME, region: 'x'.repeat(101) },
    { ...HOME, postalCode: '1'.repeat(21) },
    { ...HOME, city: { $ne: '' } },
    ...['de', 'D', 'DEU', 'Germany', 'QX', 'ZZ', 'EU', 'XA', 'UK', 'DD', 'YU', ''].map(
      (country) => ({
        ...HOME,
        country,
      }),
    ),
  ];
  for (const payload of addresses) {
    const what = JSON.stringify(payload).slice(0, 120);
    t.equal(await statusOf(call(host, alice, 'POST', '/addresses', payload)), 400, what);
    t.equal(
      await statusOf(call(host, alice, 'PUT', `/addresses/${addressId}`, payload)),
      400,
      what,
    );
  }
  for (const payload of [
    {},
    { newPassword: NEW_PASSWORD },
    { currentPassword: ALICE.password },
    { currentPassword: ALICE.password, newPassword: 'short' },
    { currentPassword: { $ne: '' }, newPassword: NEW_PASSWORD },
    { currentPassword: ALICE.password, newPassword: NEW_PASSWORD, userId: 'other' },
  ])
    t.equal(await statusOf(call(host, alice, 'POST', '/password', payload)), 400);
  for (const weak of ['password', 'alice@example.com', 'Alice12345'])
    t.match((await changePassword(host, alice, ALICE.password, weak)).json(), {
      status: 422,
      type: /weak-password/,
    });
  t.same(await shown(host, alice), before);
  t.equal((await begin(host, ALICE_CREDENTIALS)).statusCode, 201);
  for (const country of ['GB', 'CH', 'IN', 'US', 'XK'])
    t.equal(await statusOf(call(host, alice, 'POST', '/addresses', { ...HOME, country })), 201);
});

test('a browser that changes an account shows the CSRF token of its session', async (t) => {
  const host = await startTestHost(t);
  const mine = await register(host, ALICE);
  const cookies = cookiesOf(mine);
  const calls: [Method, string, object?][] = [
    ['PATCH', '', { name: 'Eve' }],
    ['POST', '/addresses', HOME],
    ['PUT', '/addresses/a', HOME],
    ['DELETE', '/addresses/a'],
    ['POST', '/password', { currentPassword: ALICE.password, newPassword: NEW_PASSWORD }],
  ];
  for (const [method, path, payload] of calls)
    t.equal(await statusOf(call(host, cookies, method, path, payload)), 403, `${method} ${path}`);
  const others = { method: 'DELETE', url: '/api/sessions/others', headers: cookies } as const;
  t.equal((await host.app.inject(others)).statusCode, 403);
  t.match(await shown(host, cookies), { name: 'Alice', addresses: [] });
  const safe = { ...cookies, 'x-csrf-token': mine.json<Begun>().csrfToken };
  t.equal(await statusOf(call(host, safe, 'PATCH', '', { name: 'Al' })), 200);
  t.equal((await changePassword(host, safe, ALICE.password, NEW_PASSWORD)).statusCode, 204);
  t.equal(await statusOf(current(host, cookies)), 200, 'the browser stays signed in');
});

/** Two processes, in which a customer has sessions that both have seen. */
async function signedInTwice(t: Test) {
  const environment = { SIGN_IN_ATTEMPTS: '1000' };
  const first = await startTestHost(t, { environment });
  const second = await startTestHost(t, { environment, env: first.env });
  const mine = await signUp(first, ALICE);
  const others = [
    await signIn(first, ALICE.email, ALICE.password),
    await signIn(second, ALICE.email, ALICE.password),
  ];
  const bob = await signUp(second, BOB);
  const statuses = async (who: Headers) => [
    await statusOf(current(first, who)),
    await statusOf(current(second, who)),
  ];
  for (const who of [mine, ...others, bob]) t.same(await statuses(who), [200, 200]);
  return { first, second, mine, others, bob, statuses };
}

test('a password change ends all other sessions at once in every process, and keeps this one', async (t) => {
  const { first, mine, others, bob, statuses } = await signedInTwice(t);
  t.equal((await changePassword(first, mine, ALICE.password, NEW_PASSWORD)).statusCode, 204);
  for (const who of others) t.same(await statuses(who), [401, 401]);
  t.same(await statuses(mine), [200, 200]);
  t.same(await statuses(bob), [200, 200], 'nobody else is signed out');
  const copies = await first.env.redis.keys(first.context('gateway').redisKey('session:*'));
  await first.env.redis.del(copies);
  for (const who of others) t.same(await statuses(who), [401, 401], 'nor by the record');
  t.same(await statuses(mine), [200, 200]);
  t.equal((await begin(first, ALICE_CREDENTIALS)).statusCode, 401);
  t.same(await statuses(await signIn(first, ALICE.email, NEW_PASSWORD)), [200, 200]);
});

test('signing out everywhere else keeps this session, and the account as it is', async (t) => {
  const { second, mine, others, bob, statuses } = await signedInTwice(t);
  const url = '/api/sessions/others';
  const done = await second.app.inject({ method: 'DELETE', url, headers: mine });
  t.equal(done.statusCode, 204);
  for (const who of others) t.same(await statuses(who), [401, 401]);
  t.same(
    [await statuses(mine), await statuses(bob)],
    [
      [200, 200],
      [200, 200],
    ],
  );
  t.equal((await begin(second, ALICE_CREDENTIALS)).statusCode, 201);
});

test('a sign-in that is under way while the password changes gets no session that lasts', async (t) => {
  const { first, second, mine, statuses } = await signedInTwice(t);
  let isChanged = false;
  const answers: Awaited<ReturnType<typeof begin>>[] = [];
  const keepSigningIn = async (host: TestHost): Promise<void> => {
    while (!isChanged) answers.push(await begin(host, ALICE_CREDENTIALS));
  };
  const signingIn = [first, second, first, second].map(keepSigningIn);
  await eventually('they sign in', () => answers.length >= 4);
  const changed = await changePassword(first, mine, ALICE.password, NEW_PASSWORD);
  isChanged = true;
  await Promise.all(signingIn);
  t.equal(changed.statusCode, 204);
  const begun = answers.filter(({ statusCode }) => statusCode === 201);
  t.ok(begun.length >= 4, `${begun.length} have signed in`);
  for (const answer of begun) t.same(await statuses(bearer(answer.json<Begun>())), [401, 401]);
  for (const answer of answers.filter(({ statusCode }) => statusCode !== 201))
    t.match(answer.json(), { status: 401, type: /wrong-credentials/ });
  t.same(await statuses(mine), [200, 200]);
});

test('of two changes of a password at once one counts, and the other is refused', async (t) => {
  const { first, second, mine, others, statuses } = await signedInTwice(t);
  const wanted = [NEW_PASSWORD, 'another wheel turns'];
  const changes = await Promise.all([
    changePassword(first, mine, ALICE.password, wanted[0]!),
    changePassword(second, others[1]!, ALICE.password, wanted[1]!),
  ]);
  const statusCodes = changes.map(({ statusCode }) => statusCode);
  t.same(new Set(statusCodes), new Set([204, 403]));
  const kept = statusCodes.map((status) => (status === 204 ? [200, 200] : [401, 401]));
  t.same([await statuses(mine), await statuses(others[1]!)], kept, 'and its session ends');
  const signedIn = await Promise.all(
    wanted.map((password) => begin(first, { ...ALICE_CREDENTIALS, password })),
  );
  t.same(
    signedIn.map(({ statusCode }) => statusCode === 201),
    statusCodes.map((status) => status === 204),
  );
});

test('a wrong current password changes nothing, and is throttled with the sign-ins', async (t) => {
  const host = await startTestHost(t, { environment: { SIGN_IN_ATTEMPTS: '3' } });
  const mine = await signUp(host, ALICE);
  const other = await signIn(host, ALICE.email, ALICE.password);
  const guess = () => changePassword(host, mine, 'something else', NEW_PASSWORD);
  t.match((await guess()).json(), { status: 403, type: /wrong-password/ });
  t.equal((await begin(host, { ...ALICE_CREDENTIALS, password: 'a guess' })).statusCode, 401);
  t.match((await guess()).json(), { status: 403 });
  const refused = await changePassword(host, mine, ALICE.password, NEW_PASSWORD);
  t.match(refused.json(), { status: 429, type: /too-many-attempts/ });
  t.ok(refused.headers['retry-after']);
  t.equal((await begin(host, ALICE_CREDENTIALS)).statusCode, 429, 'they are counted together');
  for (const who of [mine, other]) t.equal(await statusOf(current(host, who)), 200);
  const { redis, redisKey } = host.context('gateway');
  await redis.del(await host.env.redis.keys(redisKey('attempts:*')));
  t.equal((await begin(host, ALICE_CREDENTIALS)).statusCode, 201, 'the password is the same');
  t.equal((await guess()).statusCode, 403);
  t.equal((await guess()).statusCode, 403);
  t.equal((await changePassword(host, mine, ALICE.password, NEW_PASSWORD)).statusCode, 204);
  t.equal(
    (await begin(host, { ...ALICE_CREDENTIALS, password: 'a guess' })).statusCode,
    401,
    'a success forgets the failures before',
  );
});
