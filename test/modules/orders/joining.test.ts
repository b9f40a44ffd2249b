/** An order needs its stock and its score, in any order, and one that is bad ends it. */
import { test } from 'tap';
import { entriesOf, get, place } from '../../shop.ts';
import { answersTo, hears, PRICE, reaches, startOrders, toldOf } from './fakes.ts';

test('stock and score are joined in any order', async (t) => {
  const host = await startOrders(t);
  for (const [first, second] of [
    ['reserve', 'score'],
    ['score', 'reserve'],
  ] as const) {
    const order = await place(host, { a: 1 });
    const answers = answersTo(host, order);
    await answers[first]();
    await hears(host, order, 1);
    const waiting = await get(host, `/api/orders/${order.orderId}`);
    t.match(waiting.json(), { orderStatusCode: 1 }, `${first} alone is not enough`);
    t.same(await toldOf(host, order, 1), ['order.placed']);
    await answers[second]();
    await reaches(host, order, 2);
    t.same(await toldOf(host, order, 2), ['order.placed', 'order.accepted']);
  }
});

test('every order of answers leads to the same end', async (t) => {
  const host = await startOrders(t);
  const orders = permutations(['reserve', 'score', 'pay', 'refund'] as const);
  t.equal(orders.length, 24);
  await Promise.all(
    orders.map(async (steps) => {
      const order = await place(host, { a: 1 });
      const { refund, ...answers } = answersTo(host, order);
      for (const [i, step] of steps.entries()) {
        await (step === 'refund' ? refund(PRICE) : answers[step]());
        await hears(host, order, i + 1);
      }
      const ended = await reaches(host, order, 4);
      t.match(ended, { refundedAmount: PRICE, paymentId: `payment-of-${order.orderId}` });
      t.same(
        await toldOf(host, order, 4),
        ['order.placed', 'order.accepted', 'order.paid', 'order.refunded'],
        steps.join(', '),
      );
    }),
  );
});

test('one bad answer ends the order at once, and what comes after changes nothing', async (t) => {
  const host = await startOrders(t);
  const strange = await place(host, { a: 1 });
  await answersTo(host, strange).score(0);
  const rejected = await reaches(host, strange, -1);
  t.match(rejected.reason, /another browser or network.*sign in again/);

  const scarce = await place(host, { a: 1 });
  await answersTo(host, scarce).refuseStock();
  t.match(await reaches(host, scarce, -1), { reason: /^A: not enough left\. Nothing was paid/ });

  for (const order of [strange, scarce]) {
    const { reserve, score, pay } = answersTo(host, order);
    await Promise.all([order === strange ? reserve() : score(), pay()]);
    await hears(host, order, 3);
    const after = await get(host, `/api/orders/${order.orderId}`);
    t.match(after.json(), { orderStatusCode: -1, reason: String });
    t.same(await toldOf(host, order, 2), ['order.placed', 'order.rejected']);
  }
});

test('IDENTITY_MIN_SCORE is the least that is accepted, by default that of a first purchase', async (t) => {
  const usual = await startOrders(t);
  const strict = await startOrders(t, { environment: { IDENTITY_MIN_SCORE: '0.9' } });
  const open = await startOrders(t, { environment: { IDENTITY_MIN_SCORE: '0' } });
  for (const [host, score, status] of [
    [usual, 0.5, 2],
    [usual, 0.49, -1],
    [strict, 0.89, -1],
    [strict, 0.9, 2],
    [open, 0, 2],
  ] as const) {
    const order = await place(host, { a: 1 });
    const answers = answersTo(host, order);
    await Promise.all([answers.reserve(), answers.score(score)]);
    await reaches(host, order, status);
    t.pass(`${score} leads to ${status}`);
  }
});

test('an order tells where it comes from and what it holds to other modules, and not to its owner', async (t) => {
  const host = await startOrders(t);
  const order = await place(host, { a: 2 });
  await toldOf(host, order, 1);
  const entries = await entriesOf(host, 'ORDERS_STREAM');
  const placed = entries.find(({ type }) => type === 'order.placed');
  t.same(JSON.parse(placed?.['origin'] ?? ''), {
    sessionId: 'session-of-alice',
    browser: 'a-browser',
    address: 'an-address',
  });
  t.match(JSON.parse(placed?.['items'] ?? ''), [
    { productId: 'a', brand: 'Brand of a', category: 'Kind of a', quantity: 2, unitPrice: PRICE },
  ]);
  for (const path of ['', '/timeline']) {
    const { body, statusCode } = await get(host, `/api/orders/${order.orderId}${path}`);
    t.equal(statusCode, 200);
    t.notMatch(body, /a-browser|an-address|session-of/);
  }
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) =>
    permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]),
  );
}
