/** Sessions: whom they make the caller, how they end, and that their tokens are kept nowhere. */
import { randomBytes } from 'node:crypto';
import { test } from 'tap';
import { seed } from '../../shop.ts';
import { ADMIN_TOKEN, eventually, startTestHost } from '../../support.ts';
import { bearer, begin, current, guest } from './client.ts';

const wellFormed = (): string => `mrs_${randomBytes(32).toString('base64url')}`;

test('the token of a guest makes its user the caller, and nobody else', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [{ productId: 'a' }]);
  const [alice, bob] = [await guest(host), await guest(host)];
  t.match(alice, { token: /^mrs_[\w-]{43}$/, kind: 'guest', userId: String });
  t.not(alice.userId, bob.userId);

  const placed = await host.app.inject({
    method: 'POST',
    url: '/api/orders',
    headers: bearer(alice),
    payload: { items: [{ productId: 'a', quantity: 1 }] },
  });
  t.equal(placed.statusCode, 202);
  t.equal(placed.json<{ userId: string }>().userId, alice.userId);
  const url = String(placed.headers['location']);
  const ask = async (headers: Record<string, string>) =>
    (await host.app.inject({ url, headers })).statusCode;
  t.equal(await ask(bearer(alice)), 200);
  t.equal(await ask(bearer(bob)), 404);
  t.equal(await ask({}), 401);
  const { csrfToken: _, ...told } = (await current(host, bearer(alice))).json<
    object & { csrfToken: string }
  >();
  t.same(told, { userId: alice.userId, kind: 'guest', expiresAt: alice.expiresAt });
});

test('a token that is forged is refused wherever it is shown, but not where a new one is had', async (t) => {
  const host = await startTestHost(t);
  const { token } = await guest(host);
  const forgeries = [
    wellFormed(),
    token.slice(0, -1),
    `${token}A`,
    'mrs_',
    'x',
    token.toUpperCase(),
  ];
  for (const forged of forgeries) {
    for (const url of ['/api/sessions/current', '/api/orders/1', '/api/products', '/api/nothing']) {
      const response = await host.app.inject({ url, headers: bearer({ token: forged }) });
      t.equal(response.statusCode, 401, `${url} with ${forged}`);
      t.equal(response.json<{ type: string }>().type, 'urn:millrace:problem:invalid-session');
    }
  }
  t.equal((await begin(host, undefined, bearer({ token: wellFormed() }))).statusCode, 201);
  const streams = await host.app.inject({
    url: '/api/admin/streams',
    headers: bearer({ token: ADMIN_TOKEN }),
  });
  t.equal(streams.statusCode, 200, "the operator's token is no session's");
  t.equal(
    (await host.app.inject('/api/products')).statusCode,
    200,
    'no token is none that is forged',
  );
});

test('a session ends when nobody uses it, and lives as long as somebody does', async (t) => {
  // Longer than a busy machine keeps a test waiting.
  const lifeMs = 3000;
  const host = await startTestHost(t, { environment: { SESSION_TTL_MS: String(lifeMs) } });
  const [used, unused] = [await guest(host), await guest(host)];
  const twiceItsLife = Date.now() + 2 * lifeMs;
  let latest = used.expiresAt;
  while (Date.now() < twiceItsLife) {
    const response = await current(host, bearer(used));
    if (response.statusCode !== 200) throw new Error(`the session has ended: ${response.body}`);
    const { expiresAt } = response.json<{ expiresAt: string }>();
    if (expiresAt < latest) throw new Error('the end of the session has moved back');
    latest = expiresAt;
  }
  t.equal((await current(host, bearer(unused))).statusCode, 401);
  await eventually('the other ends, too', async () => {
    // Whoever asks uses it, so it has to be left alone for as long as it says that it lives.
    if (Date.now() <= Date.parse(latest)) return false;
    const response = await current(host, bearer(used));
    if (response.statusCode === 401) return true;
    latest = response.json<{ expiresAt: string }>().expiresAt;
    return false;
  });
});
