/** Back-pressure: where stock is not answered, the shop closes, and opens again by itself. */
import { test } from 'tap';
import { modules } from '../../../modules/index.ts';
import { orders } from '../../../modules/orders/index.ts';
import { products } from '../../../modules/products/index.ts';
import { allEnded, place, post, seed, type OrderBody } from '../../shop.ts';
import { eventually, openTestEnvironment, startTestHost } from '../../support.ts';

const BACKLOG_MS = 200;

test('orders that wait too long close the shop, nothing accepted is dropped, and it opens again', async (t) => {
  const shared = await openTestEnvironment(t);
  const environment = { ORDER_BACKLOG_MS: String(BACKLOG_MS) };
  const stock = await startTestHost(t, { env: shared, modules: [products] });
  const others = modules.filter((module) => module !== products);
  const host = await startTestHost(t, { env: shared, modules: others, environment });
  const copy = await startTestHost(t, { env: shared, modules: [orders], environment });
  await seed(stock, [{ productId: 'a', stockQty: 1000 }]);
  const request = { items: [{ productId: 'a', quantity: 1 }] };
  await eventually('orders knows the product', async () => {
    return (await post(host, request)).statusCode === 202;
  });
  const stored = host.context('orders').db.collection('orders');
  await eventually('that order is paid', () => stored.findOne({ orderStatusCode: 3 }));
  await stock.stop();

  const key = { 'idempotency-key': 'taken in time' };
  const accepted = [(await post(host, request, key)).json<OrderBody>()];
  while (accepted.length < 16) accepted.push(await place(host, { a: 1 }));
  await eventually('16 have waited too long', async () => {
    const since = { $lt: new Date(Date.now() - BACKLOG_MS) };
    return (await stored.countDocuments({ orderStatusCode: 1, since })) === 16;
  });
  accepted.push(await place(host, { a: 1 }));
  t.pass('a few that wait do not close the shop');

  for (const one of [host, copy]) {
    const closed = await eventually('the shop is closed', async () => {
      const answer = await post(one, request);
      if (answer.statusCode === 202) accepted.push(answer.json<OrderBody>());
      return answer.statusCode !== 202 && answer;
    });
    t.match(closed.json(), { status: 503, type: /busy$/, detail: /Try again/ });
    t.match(closed.headers, { 'retry-after': /^[1-9]/ });
    const again = await post(one, request, key);
    t.equal(again.statusCode, 202, 'what was accepted is answered as before');
    t.equal(again.json<OrderBody>().orderId, accepted[0]?.orderId);
  }
  t.equal(
    await stored.countDocuments({ orderStatusCode: 1 }),
    accepted.length,
    'nothing is stored',
  );

  await startTestHost(t, { env: shared, modules: [products] });
  await eventually('the shop is open', async () => (await post(copy, request)).statusCode === 202);
  const ends = await allEnded(host, accepted);
  t.same(new Set(ends.map(({ orderStatusCode }) => orderStatusCode)), new Set([3]), 'all are paid');
});

test('ORDER_BACKLOG_MS=0 leaves the shop open', async (t) => {
  const shared = await openTestEnvironment(t);
  const stock = await startTestHost(t, { env: shared, modules: [products] });
  const environment = { ORDER_BACKLOG_MS: '0' };
  const host = await startTestHost(t, { env: shared, modules: [orders], environment });
  await seed(stock, [{ productId: 'a' }]);
  await stock.stop();
  await eventually('orders knows the product', async () => {
    const answer = await post(host, { items: [{ productId: 'a', quantity: 1 }] });
    return answer.statusCode === 202;
  });
  for (let i = 0; i < 20; i += 1) await place(host, { a: 1 });
  const copy = await startTestHost(t, { env: shared, modules: [orders], environment });
  t.ok(await place(copy, { a: 1 }), 'though 20 orders wait');
});
