/** Scores are explained to the operator; users are remembered by hashes, for a time, and forgotten. */
import { test } from 'tap';
import { operate } from '../products/operator.ts';
import { HOME, login, placed, scoreOf, startIdentity, storedBy, waiting } from './identity.ts';

test('a score is explained, also one that is not there yet', async (t) => {
  const host = await startIdentity(t);
  await login(host);
  await placed(host, 'half', { origin: { ...HOME, browser: 'other' } });
  await placed(host, 'pending', { userId: 'bob' });
  await placed(host, 'of no session', { origin: null });
  t.equal(await scoreOf(host, 'half'), 0.5);
  t.equal(await scoreOf(host, 'of no session'), 1);
  await waiting(host, 1);
  const explained = async (orderId: string) =>
    (await operate(host, 'GET', `identities/scores/${orderId}`)).json<Record<string, unknown>>();
  t.match(await explained('half'), {
    orderId: 'half',
    userId: 'alice',
    status: 'scored',
    score: 0.5,
    browser: { known: false, since: null },
    address: { known: true, since: /^20/ },
    explanation: 'The browser is not known: 0. The address is known: 0.5.',
  });
  t.match(await explained('pending'), {
    status: 'pending',
    score: null,
    browser: null,
    scoredAt: null,
    explanation: /session of the order has not been seen/,
  });
  t.match(await explained('of no session'), {
    score: 1,
    browser: null,
    explanation: /does not say where/,
  });
  t.match(await explained('none'), { status: 404, type: 'urn:millrace:problem:unknown-score' });
});

test('what a user is known by is shown, and can be forgotten', async (t) => {
  const host = await startIdentity(t);
  await login(host);
  await login(host, 'alice', { ...HOME, sessionId: 'session-2', browser: 'browser-2' });
  await placed(host, 'o1', { origin: { ...HOME, sessionId: 'session-2' } });
  await placed(host, 'pending', { origin: { ...HOME, sessionId: 'lost' } });
  t.equal(await scoreOf(host, 'o1'), 1);
  await waiting(host, 1);
  const shown = await operate(host, 'GET', 'identities/alice');
  t.match(shown.json(), {
    userId: 'alice',
    browsers: { count: 2, items: [{ fingerprint: /^.{8}$/, lastSeen: /^20/ }, {}] },
    addresses: { count: 1 },
  });

  t.equal((await operate(host, 'DELETE', 'identities/alice')).statusCode, 204);
  t.equal(await scoreOf(host, 'pending'), 1, 'what waited was scored before');
  t.match((await operate(host, 'GET', 'identities/alice')).json(), { status: 404 });
  t.match((await operate(host, 'GET', 'identities/scores/o1')).json(), {
    score: 1,
    browser: { known: true, since: null },
  });
  const { signals, sessions, scores } = storedBy(host);
  t.equal(await signals.countDocuments(), 0);
  t.equal(await sessions.countDocuments(), 2, 'that there were sessions is all they tell');
  for (const field of ['userId', 'browser', 'address'])
    t.equal(await sessions.countDocuments({ [field]: { $exists: true } }), 0);
  t.equal(await scores.countDocuments({ origin: { $exists: true } }), 0);
});

test('the calls want the token', async (t) => {
  const host = await startIdentity(t);
  for (const path of ['identities/scores/o1', 'identities/alice'])
    t.equal((await host.app.inject(`/api/admin/${path}`)).statusCode, 401);
  const forgetting = { method: 'DELETE', url: '/api/admin/identities/alice' } as const;
  t.equal((await host.app.inject(forgetting)).statusCode, 401);
});

test('nothing of a browser, an address or a session is stored in clear, and all has an end', async (t) => {
  const host = await startIdentity(t);
  await login(host);
  await placed(host, 'o1');
  await placed(host, 'pending', { origin: { ...HOME, sessionId: 'lost' } });
  await scoreOf(host, 'o1');
  await waiting(host, 1);
  const { signals, sessions, scores } = storedBy(host);
  const life = 15_552_000_000;
  for (const collection of [signals, sessions, scores]) {
    const documents = await collection.find().toArray();
    t.notMatch(JSON.stringify(documents), /browser-1|address-1|session-1|lost/);
    t.ok(documents.length > 0);
    for (const { expiresAt } of documents)
      t.ok(Math.abs(expiresAt.getTime() - life - Date.now()) < 60_000);
    const { expires } = (await collection.indexInformation({ full: false })) as {
      expires?: unknown;
    };
    t.ok(expires, 'MongoDB takes it away');
  }
});
