/** Payments as the operator sees them. */
import { test } from 'tap';
import { eventually } from '../../support.ts';
import { openBank } from './bank.ts';
import { accepted, rejected, startCounter } from './counter.ts';

interface Page {
  items: { paymentId: string; orderId: string; status: string; nextAt?: string }[];
  nextCursor: string | null;
}

test('payments are listed the newest first, page by page, by status', async (t) => {
  const bank = openBank('processed');
  bank.trouble = ({ orderId }) => (orderId === 'order 3' ? 'hangs' : undefined);
  const counter = await startCounter(t, bank.provider);
  const orderIds = Array.from({ length: 7 }, (_, i) => `order ${i}`);
  await counter.publish(rejected('never accepted'), ...orderIds.map((id) => accepted(id)));
  const all = counter.payments.db.collection('payments');
  await eventually('all are there', async () => (await all.countDocuments()) === 8);
  for (const orderId of orderIds.filter((id) => id !== 'order 3')) await counter.paymentOf(orderId);

  const seen: Page['items'] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = cursor === '' ? '?limit=3' : `?limit=3&cursor=${cursor}`;
    const page: Page = (await counter.operator('GET', query)).json<Page>();
    t.ok(page.items.length <= 3);
    seen.push(...page.items);
    cursor = page.nextCursor;
  }
  t.same(seen.map(({ orderId }) => orderId).toSorted(), orderIds);
  const ids = seen.map(({ paymentId }) => paymentId);
  t.same(ids, ids.toSorted().toReversed());

  const begins = async (search: string, more = '') =>
    (await counter.operator('GET', `?search=${search}${more}`)).json<Page>();
  t.same(
    (await begins(ids[0]!)).items.map(({ paymentId }) => paymentId),
    ids.slice(0, 1),
  );
  // Ids begin with the time, of which days have the beginning in common.
  const first = await begins(ids[0]!.slice(0, 4), '&limit=4');
  const rest = await begins(ids[0]!.slice(0, 4), `&limit=4&cursor=${first.nextCursor}`);
  t.same(
    [...first.items, ...rest.items].map(({ paymentId }) => paymentId),
    ids,
  );
  t.same((await begins('ffffff')).items, []);

  const open = (await counter.operator('GET', '?status=initiated')).json<Page>();
  t.match(open, { items: [{ orderId: 'order 3', nextAt: /^\d{4}-/ }], nextCursor: null });
  t.equal(open.items.length, 1);
  t.same((await counter.operator('GET', '?status=cancelled')).json<Page>().items, []);
});

test('a query that does not fit is refused, and so is whoever is not the operator', async (t) => {
  const counter = await startCounter(t, openBank('processed').provider);
  for (const query of [
    '?search=',
    '?search=x',
    '?status=lost',
    '?limit=0',
    '?limit=101',
    '?cursor=x',
    '?order=1',
  ])
    t.equal((await counter.operator('GET', query)).statusCode, 400, query);
  for (const path of ['', '/some'])
    t.equal((await counter.app.inject(`/api/admin/payments${path}`)).statusCode, 401);
});

test('payments are found by their order, their customer and their time, and written as CSV', async (t) => {
  const counter = await startCounter(t, openBank('processed').provider);
  await counter.publish(accepted('one'), accepted('two'));
  const { _id: first, userId } = await counter.paymentOf('one');
  await counter.paymentOf('two');
  const ordersOf = async (query: string): Promise<string[]> =>
    (await counter.operator('GET', query)).json<Page>().items.map(({ orderId }) => orderId);
  t.same(await ordersOf('?orderId=one'), ['one']);
  t.same(await ordersOf('?orderId=none'), []);
  t.same((await ordersOf(`?userId=${userId}`)).toSorted(), ['one', 'two']);
  t.same(await ordersOf('?userId=nobody'), []);
  const now = Date.now();
  t.same((await ordersOf(`?from=${new Date(now - 60_000).toISOString()}`)).length, 2);
  t.same(await ordersOf(`?to=${new Date(now - 60_000).toISOString()}`), []);
  for (const query of ['?from=yesterday', '?orderId=', '?format=xml'])
    t.equal((await counter.operator('GET', query)).statusCode, 400, query);

  const file = await counter.operator('GET', '?format=csv&orderId=one');
  t.match(file.headers['content-type'], /^text\/csv/);
  const [header, line, ...others] = file.body.trim().split('\r\n');
  t.match(header, /paymentId,orderId,userId,status,amount/);
  t.ok(line?.startsWith(`${first},one,${userId},processed,`), file.body);
  t.same(others, []);
});
