/** Bad input gets a problem document that says what is wrong, and changes nothing. */
import { test, type Test } from 'tap';
import { get, post, seed } from '../../shop.ts';
import { eventually, startTestHost, type TestHost } from '../../support.ts';

interface Case {
  what: string;
  payload: unknown;
  status: number;
  says: RegExp;
}

const line = { productId: 'a', quantity: 1 };

const CASES: Case[] = [
  {
    what: 'an unknown product',
    payload: { items: [{ productId: 'nope', quantity: 1 }] },
    status: 422,
    says: /nope/,
  },
  {
    what: 'quantity 0',
    payload: { items: [{ ...line, quantity: 0 }] },
    status: 400,
    says: /items\/0\/quantity/,
  },
  {
    what: 'a negative quantity',
    payload: { items: [{ ...line, quantity: -1 }] },
    status: 400,
    says: /items\/0\/quantity/,
  },
  {
    what: 'a fractional quantity',
    payload: { items: [{ ...line, quantity: 1.5 }] },
    status: 400,
    says: /items\/0\/quantity/,
  },
  {
    what: 'a huge quantity',
    payload: { items: [{ ...line, quantity: 1e21 }] },
    status: 400,
    says: /items\/0\/quantity/,
  },
  {
    what: '10,000 lines',
    payload: { items: Array.from({ length: 10_000 }, () => ({ productId: 'a', quantity: 1 })) },
    status: 413,
    says: /large/,
  },
  {
    what: 'more lines than an order may have',
    payload: {
      items: Array.from({ length: 101 }, (_, i) => ({ productId: `p${i}`, quantity: 1 })),
    },
    status: 400,
    says: /body\/items/,
  },
  {
    what: 'the same product twice',
    payload: { items: [line, line] },
    status: 422,
    says: /a stands in two lines/,
  },
  { what: 'no items', payload: { items: [] }, status: 400, says: /body\/items/ },
  { what: 'an empty object', payload: {}, status: 400, says: /items/ },
  { what: 'an empty body', payload: undefined, status: 400, says: /body/ },
  { what: 'a list for a body', payload: [line], status: 400, says: /body/ },
  {
    what: 'a quantity in words',
    payload: { items: [{ ...line, quantity: '1' }] },
    status: 400,
    says: /items\/0\/quantity/,
  },
  {
    what: 'a number for an id',
    payload: { items: [{ ...line, productId: 7 }] },
    status: 400,
    says: /items\/0\/productId/,
  },
  {
    what: 'an operator for an id',
    payload: { items: [{ ...line, productId: { $gt: '' } }] },
    status: 400,
    says: /items\/0\/productId/,
  },
  {
    what: 'a price of the client',
    payload: { items: [{ ...line, unitPrice: 1 }] },
    status: 400,
    says: /unitPrice/,
  },
  {
    what: 'an amount of the client',
    payload: { items: [line], orderAmount: 1 },
    status: 400,
    says: /orderAmount/,
  },
];

test('bad orders are refused by name and leave nothing behind', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [{ productId: 'a' }]);
  const unknown = { items: [{ productId: 'nope', quantity: 1 }] };
  await eventually(
    'the copy of the catalogue is complete',
    async () => (await post(host, unknown)).statusCode !== 503,
  );
  for (const { what, payload, status, says } of CASES) {
    await t.test(what, async (tt) => {
      const response = await post(host, payload);
      tt.equal(response.statusCode, status);
      tt.match(response.headers['content-type'], /application\/problem\+json/);
      const problem = response.json<{ status: number; detail: string }>();
      tt.equal(problem.status, status);
      tt.match(problem.detail, says);
      tt.notMatch(response.body, /node_modules|at .*\.ts:/, 'no stack trace leaves the process');
    });
  }
  await t.test('a body that is no JSON', async (tt) => {
    const response = await post(host, '{"items": [', { 'content-type': 'application/json' });
    tt.equal(response.statusCode, 400);
  });
  await leftNothing(t, host);
});

test('an operator in a path or header is only a string', async (t) => {
  const host = await startTestHost(t);
  t.equal((await get(host, `/api/orders/${encodeURIComponent('{"$gt":""}')}`)).statusCode, 404);
  t.equal((await get(host, '/api/orders/1', '{"$gt":""}')).statusCode, 404);
});

test('an idempotency key gives the same order again, and is refused for another one', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [{ productId: 'a', stockQty: 100 }]);
  const key = { 'idempotency-key': 'purchase-1' };

  const answers = await Promise.all(
    Array.from({ length: 10 }, () => post(host, { items: [line] }, key)),
  );
  t.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([202]));
  t.equal(new Set(answers.map((answer) => answer.json<{ orderId: string }>().orderId)).size, 1);
  t.equal(await host.context('orders').db.collection('orders').countDocuments(), 1);

  const other = await post(host, { items: [{ ...line, quantity: 2 }] }, key);
  t.equal(other.statusCode, 422);
  t.match(other.json(), { type: /idempotency-key-reused/ });

  const another = await post(host, { items: [line] }, key, 'bob');
  t.equal(another.statusCode, 202, 'the key of another user is another key');
});

async function leftNothing(t: Test, host: TestHost): Promise<void> {
  t.equal(await host.context('orders').db.collection('orders').countDocuments(), 0);
  const placed = await host.env.redis.xrange(`${host.env.keyPrefix}ORDERS_STREAM`, '-', '+');
  t.notOk(placed.some(([, fields]) => fields.includes('order.placed')));
}
