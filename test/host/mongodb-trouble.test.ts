/** MongoDB may go away: HTTP says so, nothing is acknowledged before its effect is stored. */
import { test } from 'tap';
import { openOwnEngines } from '../own-engines.ts';
import { allEnded, ended, place, post, seed, stockOf } from '../shop.ts';
import { eventually, openTestEnvironment, startTestHost } from '../support.ts';

/** How long a MongoDB that was killed again and again may take to come back on a busy machine, in ms. */
const RETURN_MS = 120_000;

test('MongoDB is killed and comes back: 503 meanwhile, and every order ends', async (t) => {
  const shared = await openTestEnvironment(t);
  const engines = await openOwnEngines(t, { redisUrl: shared.redisUrl });
  const host = await startTestHost(t, { env: { ...shared, mongodbUrl: engines.mongodbUrl } });
  await seed(host, [{ productId: 'a', stockQty: 100 }]);
  t.equal((await ended(host, await place(host, { a: 1 }))).orderStatusCode, 3);

  const orders = await Promise.all(Array.from({ length: 20 }, () => place(host, { a: 1 })));
  // It is started again each time, so only one that dies again and again is away for long.
  const outage = setInterval(() => engines.kill('mongodb'), 100);
  t.teardown(() => clearInterval(outage));
  const refused = await eventually('a request is refused', async () => {
    const response = await post(host, { items: [{ productId: 'a', quantity: 1 }] });
    return response.statusCode === 503 && response;
  });
  t.match(refused.headers, { 'retry-after': /^\d+$/ });
  t.match(refused.json(), { status: 503, type: 'urn:millrace:problem:unavailable' });
  t.equal((await host.app.inject('/readyz')).statusCode, 503, 'readiness tells');
  t.equal((await host.app.inject('/healthz')).statusCode, 200, 'the process lives');
  clearInterval(outage);
  await eventually(
    'readiness tells again',
    async () => (await host.app.inject('/readyz')).statusCode === 200,
    RETURN_MS,
  );

  const ends = await allEnded(host, orders);
  t.ok(
    ends.every(({ orderStatusCode }) => orderStatusCode === 3),
    JSON.stringify(ends.map(({ orderStatusCode }) => orderStatusCode)),
  );
  t.equal(ends.length, 20);
  await eventually(
    'every reservation became a sale',
    async () => (await stockOf(host, 'a')).reserved === 0,
  );
  const { stockQty, soldQty } = await stockOf(host, 'a');
  const stored = await host
    .context('orders')
    .db.collection('orders')
    .countDocuments({ orderStatusCode: 3 });
  t.same([stockQty, soldQty], [100 - stored, stored], 'what is sold is what was paid for');
  const letters = await host.bus.deadLetters('ORDERS_STREAM', 'payments').count();
  t.equal(letters, 0, 'an outage makes no dead letters');
});
