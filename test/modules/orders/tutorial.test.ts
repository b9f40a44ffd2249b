/**
 * The tutorial's own services work against ours, in both directions. Its side is played by a small
 * consumer and producer that know nothing but the entries that the tutorial writes and reads.
 */
import { test, type Test } from 'tap';
import { digitalIdentity } from '../../../modules/digital-identity/index.ts';
import { orders } from '../../../modules/orders/index.ts';
import { payments } from '../../../modules/payments/index.ts';
import { products } from '../../../modules/products/index.ts';
import { duplicateForBlocking } from '../../../src/bus/index.ts';
import { ended, entriesOf, place, seed } from '../../shop.ts';
import { eventually, startTestHost, type TestHost } from '../../support.ts';

/** What the tutorial's payment service does with each entry: three fields in, four fields out. */
async function runTutorialPayments(
  t: Test,
  { env: { redis, keyPrefix } }: TestHost,
): Promise<void> {
  const stream = `${keyPrefix}ORDERS_STREAM`;
  const client = duplicateForBlocking(redis, stream);
  await client.xgroup('CREATE', stream, 'PAYMENTS_CON_GROUP', '0', 'MKSTREAM');
  let stopped = false;
  const loop = async (): Promise<void> => {
    while (!stopped) {
      const reply = (await client.xreadgroup(
        'GROUP',
        'PAYMENTS_CON_GROUP',
        'PAYMENTS_CON',
        'COUNT',
        1,
        'BLOCK',
        50,
        'STREAMS',
        stream,
        '>',
      )) as [string, [string, string[]][]][] | null;
      for (const [id, list] of reply?.[0]?.[1] ?? []) {
        const message = Object.fromEntries(
          Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i]!, list[2 * i + 1]!]),
        );
        const { orderId, orderAmount, userId } = message;
        if (orderId && orderAmount && userId) {
          await redis.xadd(
            `${keyPrefix}PAYMENTS_STREAM`,
            '*',
            'orderId',
            orderId,
            'paymentId',
            `tutorial-${orderId}`,
            'orderStatusCode',
            '3',
            'userId',
            userId,
          );
        }
        await client.xack(stream, 'PAYMENTS_CON_GROUP', id);
      }
    }
  };
  const looping = loop();
  t.teardown(async () => {
    stopped = true;
    await looping;
    client.disconnect();
  });
}

test("the tutorial's payment service pays our orders", async (t) => {
  const host = await startTestHost(t, { modules: [products, orders, digitalIdentity] });
  await seed(host, [{ productId: 'a', price: 22885 }]);
  await runTutorialPayments(t, host);

  const order = await ended(host, await place(host, { a: 1 }));

  t.match(order, { orderStatusCode: 3, paymentId: `tutorial-${order.orderId}` });
  const accepted = (await entriesOf(host, 'ORDERS_STREAM')).find(
    (fields) => 'orderAmount' in fields,
  );
  t.match(accepted, { orderId: order.orderId, orderAmount: '22885.00', userId: 'alice' });
});

test("the tutorial's order entry alone is paid by our payments", async (t) => {
  const host = await startTestHost(t, { modules: [payments] });
  const { redis, keyPrefix } = host.env;
  const entry = ['orderId', 'their-order', 'orderAmount', '22885.00', 'userId', 'USR_1'];
  await redis.xadd(`${keyPrefix}ORDERS_STREAM`, '*', ...entry);
  await redis.xadd(`${keyPrefix}ORDERS_STREAM`, '*', ...entry);

  const [payment] = await eventually('the payment is on the stream', async () => {
    const found = await entriesOf(host, 'PAYMENTS_STREAM');
    return found.length > 0 && found;
  });

  t.match(payment, {
    orderId: 'their-order',
    orderStatusCode: '3',
    userId: 'USR_1',
    paymentId: /.+/,
  });
  await eventually('both entries are acknowledged', async () => {
    const [pending] = (await redis.xpending(`${keyPrefix}ORDERS_STREAM`, 'payments')) as [number];
    const groups = (await redis.xinfo('GROUPS', `${keyPrefix}ORDERS_STREAM`)) as unknown[][];
    return pending === 0 && groups[0]?.includes(0);
  });
  const stored = await host
    .context('payments')
    .db.collection('payments')
    .find({ orderId: 'their-order' })
    .toArray();
  t.match(
    stored,
    [{ amount: 22885, status: 'processed' }],
    'an entry that comes twice is paid once',
  );
  t.equal(stored.length, 1);
});

test('a malformed entry stops nobody: it becomes a dead letter, and the next one is paid', async (t) => {
  const host = await startTestHost(t, { modules: [payments] });
  const { redis, keyPrefix } = host.env;
  const stream = `${keyPrefix}ORDERS_STREAM`;
  await redis.xadd(stream, '*', 'orderId', 'bad', 'orderAmount', '{"$gt":""}', 'userId', 'u');
  await redis.xadd(stream, '*', 'nothing', 'that fits');
  await redis.xadd(
    stream,
    '*',
    'type',
    'order.accepted',
    'v',
    '99',
    'orderId',
    'newer',
    'orderAmount',
    '1.00',
    'userId',
    'u',
  );
  await redis.xadd(stream, '*', 'orderId', 'good', 'orderAmount', '10.00', 'userId', 'u');

  await eventually(
    'the good one is paid',
    async () => (await entriesOf(host, 'PAYMENTS_STREAM')).length === 1,
  );
  const letters = await eventually('the bad ones are dead letters', async () => {
    const found = await redis.xrange(`{${stream}}:dead:payments`, '-', '+');
    return found.length === 3 && found;
  });
  t.match(letters[0]?.[1].join(' '), /orderAmount/);
  t.match(letters[2]?.[1].join(' '), /version 99/);
});
