/** Scores: half for a known browser, half for a known address, once for each order. */
import { test } from 'tap';
import { digitalIdentity } from '../../../modules/digital-identity/index.ts';
import { entriesOf } from '../../shop.ts';
import { eventually, openTestEnvironment, startTestHost } from '../../support.ts';
import {
  HOME,
  login,
  placed,
  scoreOf,
  scoresOf,
  startIdentity,
  storedBy,
  waiting,
} from './identity.ts';

test('the first order of a guest who has just come has the full score', async (t) => {
  const host = await startIdentity(t);
  await login(host);
  await placed(host, 'o1');
  t.equal(await scoreOf(host, 'o1'), 1);
});

test('an order that comes before its session waits for it, and is scored alike', async (t) => {
  const host = await startIdentity(t);
  await placed(host, 'o1');
  await waiting(host, 1);
  t.same(await scoresOf(host, 'o1'), []);
  await login(host);
  t.equal(await scoreOf(host, 'o1'), 1);
});

test('another browser halves the score, another address does, and both leave nothing', async (t) => {
  const host = await startIdentity(t);
  await login(host);
  await placed(host, 'browser', { origin: { ...HOME, browser: 'other' } });
  await placed(host, 'address', { origin: { ...HOME, address: 'other' } });
  await placed(host, 'both', { origin: { ...HOME, browser: 'other', address: 'other' } });
  t.equal(await scoreOf(host, 'browser'), 0.5);
  t.equal(await scoreOf(host, 'address'), 0.5);
  t.equal(await scoreOf(host, 'both'), 0);
});

test('what a user came from in an earlier session is known, what in a later one is not', async (t) => {
  const host = await startIdentity(t);
  await login(host);
  const away = { sessionId: 'session-2', browser: 'browser-2', address: 'address-2' };
  await placed(host, 'too early', { origin: { ...HOME, browser: 'browser-2' } });
  t.equal(await scoreOf(host, 'too early'), 0.5);
  await login(host, 'alice', away);
  await placed(host, 'o1', { origin: { ...away, browser: HOME.browser } });
  t.equal(await scoreOf(host, 'o1'), 1);
});

test('what one user is known by is worth nothing to another', async (t) => {
  const host = await startIdentity(t);
  await login(host, 'alice');
  const other = { sessionId: 'session-2', browser: 'browser-2', address: 'address-2' };
  await login(host, 'mallory', other);
  await placed(host, 'o1', {
    userId: 'mallory',
    origin: { ...HOME, sessionId: other.sessionId },
  });
  t.equal(await scoreOf(host, 'o1'), 0);
});

test('an order that does not say where it comes from has nothing against it', async (t) => {
  const host = await startIdentity(t);
  await placed(host, 'o1', { origin: null });
  t.equal(await scoreOf(host, 'o1'), 1);
});

test('an order whose session does not come is scored by what is known of its user', async (t) => {
  const host = await startIdentity(t);
  await login(host);
  await placed(host, 'known', { origin: { ...HOME, sessionId: 'lost' } });
  await placed(host, 'unknown', { userId: 'bob' });
  await waiting(host, 2);
  const { scores } = storedBy(host);
  const [job] = digitalIdentity.setup!(host.context('digital-identity')).jobs!;
  await job!.run();
  await waiting(host, 2);
  await scores.updateMany({}, { $set: { createdAt: new Date(0) } });
  await job!.run();
  t.equal(await scoreOf(host, 'known'), 1);
  t.equal(await scoreOf(host, 'unknown'), 0);
});

test('300 orders and their sessions come at the same time to two processes: each is scored once, and right', async (t) => {
  const env = await openTestEnvironment(t);
  const host = await startTestHost(t, { env, modules: [digitalIdentity] });
  await startTestHost(t, { env, modules: [digitalIdentity] });
  const users = Array.from({ length: 300 }, (_, i) => `user-${i}`);
  await Promise.all(
    users.flatMap((userId, i) => {
      const told = [
        () => placed(host, userId, { userId, origin: { ...HOME, sessionId: userId } }),
        () => login(host, userId, { ...HOME, sessionId: userId }),
        () => placed(host, userId, { userId, origin: { ...HOME, sessionId: userId } }),
      ];
      return [told[i % 3]!(), told[(i + 1) % 3]!(), told[(i + 2) % 3]!()];
    }),
  );
  for (const userId of users)
    if ((await scoreOf(host, userId)) !== 1) t.fail(`${userId} is not known`);
  await waiting(host, 0);
  const events = (await entriesOf(host, 'IDENTITY_STREAM')).map(({ eventId }) => eventId);
  t.equal(new Set(events).size, 300);
});

test('who asks again is told the score again, and after a loss all are told', async (t) => {
  const host = await startIdentity(t);
  await login(host);
  await placed(host, 'o1', { origin: { ...HOME, browser: 'other' } });
  await scoreOf(host, 'o1');
  await placed(host, 'o1', { again: true });
  const again = await eventually('it is told again', async () => {
    const all = await scoresOf(host, 'o1');
    return all.length === 2 && all;
  });
  t.same(again, [0.5, 0.5], 'the first score stands');
  const { recover } = digitalIdentity.setup!(host.context('digital-identity'));
  await recover!(0);
  t.equal((await scoresOf(host, 'o1')).length, 3);
  await recover!(Date.now() + 1000);
  t.equal((await scoresOf(host, 'o1')).length, 3, 'nothing was scored since');
});
