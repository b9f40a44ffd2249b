/** An answer that never comes leaves no order hanging, and one that comes too late is undone. */
import { test } from 'tap';
import { entriesOf, get, place } from '../../shop.ts';
import { eventually, openTestEnvironment } from '../../support.ts';
import { answersTo, hears, PRICE, reaches, startOrders, toldOf } from './fakes.ts';

const SHORT = { ORDER_ANSWER_TIMEOUT_MS: '300', ORDER_PAYMENT_TIMEOUT_MS: '300' };

test('an order whose stock or score does not come is rejected, and says what to do', async (t) => {
  const host = await startOrders(t, { environment: SHORT });
  const [none, noScore] = [await place(host, { a: 1 }), await place(host, { a: 1 })];
  await answersTo(host, noScore).reserve();
  t.match(await reaches(host, none, -1), {
    reason: /could not check this order in time. Nothing was paid/,
  });
  t.match(await reaches(host, noScore, -1), { reason: /could not check this order in time/ });
  t.same(await toldOf(host, none, 2), ['order.placed', 'order.rejected']);
});

test('the time for the payment begins when the order is accepted', async (t) => {
  const environment = { ...SHORT, ORDER_ANSWER_TIMEOUT_MS: '60000' };
  const host = await startOrders(t, { environment });
  const order = await place(host, { a: 1 });
  const { score, reserve } = answersTo(host, order);
  // It waits longer for its stock than it may wait for a payment.
  const other = await place(host, { a: 1 });
  await Promise.all([answersTo(host, other).reserve(), answersTo(host, other).score()]);
  await reaches(host, other, -1);

  await Promise.all([reserve(), score()]);
  t.match(await reaches(host, order, -1), { reason: /^The payment did not come in time/ });
  t.same(await toldOf(host, order, 3), ['order.placed', 'order.accepted', 'order.rejected']);
});

test('late answers are noted and not obeyed, and a late payment is told again that it is to be undone', async (t) => {
  const host = await startOrders(t, { environment: SHORT });
  const order = await place(host, { a: 1 });
  await reaches(host, order, -1);
  const { reserve, score, pay, refund } = answersTo(host, order);
  await Promise.all([reserve(), score()]);
  await hears(host, order, 2);
  const rejections = async () => {
    const entries = await entriesOf(host, 'ORDERS_STREAM');
    return entries.filter(({ type }) => type === 'order.rejected');
  };
  const [first] = await rejections();

  await pay();
  const told = await eventually('whoever took the payment hears of the end', async () => {
    const found = await rejections();
    return found.length === 2 && found;
  });
  t.equal(told[1]?.['eventId'], first?.['eventId'], 'it is the same event');
  t.match(told[1], { orderId: order.orderId, reason: first?.['reason'] });

  await refund(PRICE);
  const after = await eventually('the refund is noted', async () => {
    const body = (await get(host, `/api/orders/${order.orderId}`)).json<{
      refundedAmount?: number;
    }>();
    return body.refundedAmount !== undefined && body;
  });
  t.match(after, { orderStatusCode: -1, refundedAmount: PRICE });
  t.same(await toldOf(host, order, 2), ['order.placed', 'order.rejected']);
});

test('orders that are answered in time, paid or ended are left alone', async (t) => {
  const host = await startOrders(t, {
    environment: { ...SHORT, ORDER_ANSWER_TIMEOUT_MS: '20000' },
  });
  const paid = await place(host, { a: 1 });
  const { score, reserve, pay } = answersTo(host, paid);
  await Promise.all([score(), reserve(), pay()]);
  await reaches(host, paid, 3);
  const waiting = await place(host, { a: 1 });
  const overdue = await place(host, { a: 1 });
  await Promise.all([answersTo(host, overdue).score(), answersTo(host, overdue).reserve()]);
  await reaches(host, overdue, -1);
  t.match((await get(host, `/api/orders/${paid.orderId}`)).json(), { orderStatusCode: 3 });
  t.match((await get(host, `/api/orders/${waiting.orderId}`)).json(), { orderStatusCode: 1 });
});

test('several processes end an order once', async (t) => {
  const shared = await openTestEnvironment(t);
  const hosts = [];
  for (let i = 0; i < 3; i += 1)
    hosts.push(await startOrders(t, { env: shared, environment: SHORT }));
  const [host] = hosts;
  const orders = await Promise.all(Array.from({ length: 30 }, () => place(host!, { a: 1 })));
  await Promise.all(orders.map((order) => reaches(host!, order, -1)));
  const rejected = await eventually('every rejection is told', async () => {
    const entries = await entriesOf(host!, 'ORDERS_STREAM');
    const found = entries.filter(({ type }) => type === 'order.rejected');
    return new Set(found.map(({ orderId }) => orderId)).size === 30 && found;
  });
  t.equal(new Set(rejected.map(({ eventId }) => eventId)).size, 30, 'by one event each');
});

test('a process that was down first reads the answers that came meanwhile', async (t) => {
  const shared = await openTestEnvironment(t);
  const environment = { ORDER_ANSWER_TIMEOUT_MS: '20000', ORDER_PAYMENT_TIMEOUT_MS: '20000' };
  const before = await startOrders(t, { env: shared, environment });
  const [answered, never] = [await place(before, { a: 1 }), await place(before, { a: 1 })];
  await before.stop();
  const client = shared.mongodb.db(`${shared.databasePrefix}orders`);
  await client
    .collection('orders')
    .updateMany({}, { $set: { since: new Date(Date.now() - 3_600_000) } });
  await Promise.all([answersTo(before, answered).reserve(), answersTo(before, answered).score()]);

  const after = await startOrders(t, { env: shared, environment });
  await reaches(after, answered, 2);
  t.match((await get(after, `/api/orders/${never.orderId}`, never.userId)).json(), {
    orderStatusCode: 1,
  });
});
