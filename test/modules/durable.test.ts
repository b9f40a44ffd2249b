/** What answers from an earlier write answers only when that write is durable. */
import type { LightMyRequestResponse } from 'fastify';
import { test } from 'tap';
import { TOKEN_OPERATOR } from '../../src/http/operator.ts';
import { openReplicaSet } from '../replica-set.ts';
import { ended, place, post, seed } from '../shop.ts';
import { eventually, openTestEnvironment, startTestHost, type TestHost } from '../support.ts';

interface Call {
  name: string;
  /** Where it writes. */
  module: string;
  collection: string;
  /** Finds what it writes. */
  written: Record<string, unknown>;
  status: number;
  send: (host: TestHost) => Promise<LightMyRequestResponse>;
}

const key = { 'idempotency-key': 'one-key' };

/** An operator's call as a process forwards it that has it in the audit log already: nothing else is written first. */
function audited({ app, internalTokens }: TestHost, path: string, payload: object) {
  const method = 'POST';
  const url = new URL(`/api/admin/${path}`, 'http://behind.example');
  const token = internalTokens.forward({ method, url, operator: TOKEN_OPERATOR, audited: true });
  return app.inject({ method, url: url.pathname, headers: { ...token, ...key }, payload });
}

test('a repeated call is answered when the first is durable, so that kill -9 of MongoDB loses none', async (t) => {
  const set = await openReplicaSet(t, {
    members: 1,
    args: ['--setParameter', 'enableTestCommands=1'],
  });
  const shared = { ...(await openTestEnvironment(t)), mongodbUrl: set.url };
  // Nobody else is to write meanwhile.
  const environment = { LOW_STOCK_THRESHOLD: '0' };
  const host = await startTestHost(t, { env: shared, environment });
  // Within one process the second might wait for the first without a statement of its own.
  const other = await startTestHost(t, { env: shared, environment });
  await seed(host, [{ productId: 'a', price: 1000 }]);
  const { paymentId } = await ended(host, await place(host, { a: 1 }));
  const calls: Call[] = [
    {
      name: 'placing an order',
      module: 'orders',
      collection: 'orders',
      written: { 'idempotency.key': 'one-key' },
      status: 202,
      send: (one) => post(one, { items: [{ productId: 'a', quantity: 1 }] }, key),
    },
    {
      name: 'refunding',
      module: 'payments',
      collection: 'payments',
      written: { 'refunds.key': 'one-key' },
      status: 201,
      send: (one) => audited(one, `payments/${paymentId}/refunds`, { amount: 1 }),
    },
    {
      name: 'changing a stock',
      module: 'products',
      collection: 'products',
      written: { 'stockChanges.key': 'one-key' },
      status: 200,
      send: (one) => audited(one, 'products/a/stock', { change: 5 }),
    },
    {
      name: 'registering',
      module: 'gateway',
      collection: 'accounts',
      written: { email: 'alice@shop.example' },
      status: 201,
      send: (one) =>
        one.app.inject({
          method: 'POST',
          url: '/api/accounts',
          payload: { email: 'alice@shop.example', password: 'correct horse battery staple' },
        }),
    },
  ];

  for (const { name, module, collection, written, status, send } of calls) {
    await t.test(name, async (sub) => {
      const { databaseName } = host.context(module).db;
      const stored = set.client.db(databaseName).collection(collection);
      const admin = set.client.db('admin');
      const waiting = async () => {
        const writes = ['insert', 'update', 'findAndModify'];
        const match = {
          $or: [
            ...writes.map((write) => ({
              'command.$db': databaseName,
              [`command.${write}`]: collection,
            })),
            { 'command.commitTransaction': { $exists: true } },
          ],
        };
        const found = await admin.aggregate([{ $currentOp: {} }, { $match: match }]).toArray();
        return found.length >= 2;
      };
      await admin.command({
        configureFailPoint: 'pauseJournalFlusherBeforeFlush',
        mode: 'alwaysOn',
      });
      const answers: LightMyRequestResponse[] = [];
      const call = (one: TestHost) => send(one).then((answer) => void answers.push(answer));
      const first = call(host);
      // This client reads what is not durable too, as any other did.
      await eventually('the first call has written', () => stored.findOne(written));
      const second = call(other);
      await eventually('the second waits too', async () => answers.length > 0 || waiting());
      sub.same(
        answers.map(({ statusCode }) => statusCode),
        [],
        'neither is answered',
      );
      await set.killPrimary();
      await Promise.all([first, second]);
      // The driver asks once more by itself, so either may have been carried out after the kill.
      const taken = answers.filter(({ statusCode }) => statusCode < 300);
      sub.ok(taken.length === 0 || (await stored.findOne(written)), 'what was answered is there');
      const again = await eventually('the call is answered', async () => {
        const answer = await send(host);
        return answer.statusCode !== 503 && answer;
      });
      if (taken.length === 0) sub.equal(again.statusCode, status, again.body);
      sub.ok(await stored.findOne(written), 'and kept');
    });
  }
});
