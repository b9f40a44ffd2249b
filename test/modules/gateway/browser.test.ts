/** Sessions in browsers: cookies that no script can read, and requests that no other page can make. */
import { test } from 'tap';
import { startTestHost } from '../../support.ts';
import { bearer, begin, cookiesOf, current, guest, signOut, type Begun } from './client.ts';

const statusOf = ({ statusCode }: { statusCode: number }): number => statusCode;

test('a browser gets its session as a cookie that no script can read', async (t) => {
  const host = await startTestHost(t, { environment: { TRUST_PROXY: '127.0.0.1' } });
  const response = await begin(host);
  const { token } = response.json<Begun>();
  const own = response.cookies.find(({ value }) => value === token);
  t.match(own, { path: '/', httpOnly: true, sameSite: 'Lax' });
  t.notOk(own && 'secure' in own, 'over http it must come back, too');

  const safe = await begin(host, undefined, { 'x-forwarded-proto': 'https' });
  t.ok(safe.cookies.every(({ secure }) => secure === true));

  const seen = await current(host, cookiesOf(response));
  t.match(seen.json(), { userId: response.json<Begun>().userId, csrfToken: String });
  t.ok(
    seen.cookies.some(({ value }) => value === token),
    'its life is renewed',
  );
});

test('an unsafe request by cookie wants the CSRF token of its session; one by token wants none', async (t) => {
  const host = await startTestHost(t);
  const mine = await begin(host);
  const other = await begin(host);
  const cookies = cookiesOf(mine);
  const foreign = other.json<Begun>().csrfToken;
  const refused = {
    none: {},
    empty: { 'x-csrf-token': '' },
    'made up': { 'x-csrf-token': 'x'.repeat(60) },
    "another session's": { 'x-csrf-token': foreign },
    "another session's, with its secret": {
      'x-csrf-token': foreign,
      cookie: [cookies['cookie'], cookiesOf(other)['cookie']?.split('; ')[1]].join('; '),
    },
  };
  for (const [what, headers] of Object.entries(refused)) {
    const response = await signOut(host, { ...cookies, ...headers });
    t.equal(response.statusCode, 403, what);
    t.match(response.headers['content-type'], /problem/);
  }
  t.equal(statusOf(await current(host, cookies)), 200, 'reading wants none');
  const { csrfToken } = mine.json<Begun>();
  const done = await signOut(host, { ...cookies, 'x-csrf-token': csrfToken });
  t.equal(done.statusCode, 204);
  t.ok(
    done.cookies.some(({ value, expires }) => value === '' && expires && expires.getTime() === 0),
    'the cookie is taken back',
  );
  t.equal(statusOf(await signOut(host, bearer(await guest(host)))), 204);
});

test('a token that is read anew is as good as the first', async (t) => {
  const host = await startTestHost(t);
  const mine = await begin(host);
  const cookies = cookiesOf(mine);
  const { csrfToken } = (await current(host, cookies)).json<Begun>();
  t.not(csrfToken, mine.json<Begun>().csrfToken);
  t.equal(statusOf(await signOut(host, { ...cookies, 'x-csrf-token': csrfToken })), 204);
});

test('a cookie whose session has ended is no session', async (t) => {
  const host = await startTestHost(t);
  const mine = await begin(host);
  const cookies = cookiesOf(mine);
  await signOut(host, bearer(mine.json<Begun>()));
  t.equal(statusOf(await host.app.inject({ url: '/api/products', headers: cookies })), 200);
  const refused = await current(host, cookies);
  t.match(refused.json(), { status: 401, type: 'urn:millrace:problem:no-session' });
  t.equal(
    statusOf(await begin(host, undefined, cookies)),
    201,
    'and a new one is had as if there were none',
  );
});
