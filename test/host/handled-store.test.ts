/** What every group has handled outlives Redis and every process: a new Redis is not told all that ever was. */
import { test, type Test } from 'tap';
import { keyBeside } from '../../src/bus/connections.ts';
import type { OrderDocument } from '../../modules/orders/document.ts';
import { ended, entriesOf, place, seed } from '../shop.ts';
import {
  emptyRedis,
  eventually,
  openTestEnvironment,
  startTestHost,
  type TestEnvironment,
} from '../support.ts';

const HOUR_MS = 3_600_000;

/** Two orders have ended, one an hour ago; then Redis is emptied, and there is a new process. */
async function startAnew(t: Test, between: (shared: TestEnvironment) => Promise<unknown>) {
  const shared = await openTestEnvironment(t);
  const before = await startTestHost(t, { env: shared });
  await seed(before, [{ productId: 'a', stockQty: 10 }]);
  const old = await place(before, { a: 1 });
  const recent = await place(before, { a: 1 });
  await Promise.all([ended(before, old), ended(before, recent)]);
  const now = Date.now();
  const known = shared.mongodb.db(`${shared.databasePrefix}host`).collection<{
    _id: string;
    time: number;
  }>('handled');
  await eventually('it is known that all is handled', () =>
    known.findOne({ _id: 'ORDERS_STREAM', time: { $gte: now } }),
  );
  await before.stop();
  await shared.mongodb
    .db(`${shared.databasePrefix}orders`)
    .collection<OrderDocument>('orders')
    .updateOne({ _id: old.orderId }, { $set: { updatedAt: new Date(now - HOUR_MS) } });
  await emptyRedis(shared);
  await between(shared);

  const after = await startTestHost(t, { env: shared });
  const told = async (): Promise<Set<string | undefined>> =>
    new Set((await entriesOf(after, 'ORDERS_STREAM')).map((fields) => fields['orderId']));
  await eventually('what is recent is told again', async () => (await told()).has(recent.orderId));
  const marker = keyBeside(`${shared.keyPrefix}ORDERS_STREAM`, 'marker');
  await eventually('all that is to be told is', () => shared.redis.exists(marker));
  return { old, told };
}

test('an empty Redis and new processes: what all had handled long ago is not told again', async (t) => {
  const { old, told } = await startAnew(t, async () => undefined);
  t.notOk((await told()).has(old.orderId));
});

test('where it is not known what was handled, all is told again', async (t) => {
  const { old, told } = await startAnew(t, ({ mongodb, databasePrefix }) =>
    mongodb.db(`${databasePrefix}host`).collection('handled').drop(),
  );
  t.ok((await told()).has(old.orderId));
});
