/** The operator browses the entries of a stream, a page at a time, with who has acknowledged each. */
import { test } from 'tap';
import { modules } from '../../modules/index.ts';
import { ended, place, seed } from '../shop.ts';
import { ADMIN_TOKEN, eventually, startTestHost, type TestHost } from '../support.ts';

interface Entry {
  id: string;
  at: number;
  type: string | null;
  key: string | null;
  fields: Record<string, string>;
  groups: { group: string; state: string }[];
}

interface Page {
  items: Entry[];
  nextCursor: string | null;
  scanned: number;
  length: number;
}

async function entries(host: TestHost, stream: string, query: Record<string, string> = {}) {
  const response = await host.app.inject({
    url: `/api/admin/streams/${stream}/entries?${new URLSearchParams(query)}`,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  return { status: response.statusCode, body: response.json<Page>() };
}

test('the entries of an order are found by its key, with the groups that have acknowledged them', async (t) => {
  const host = await startTestHost(t, { modules });
  await seed(host, [{ productId: 'a', price: 500 }]);
  const first = await ended(host, await place(host, { a: 1 }));
  const second = await ended(host, await place(host, { a: 2 }));
  const found = await eventually('all groups have acknowledged it', async () => {
    const { body } = await entries(host, 'ORDERS_STREAM', { key: first.orderId, order: 'oldest' });
    const states = body.items.flatMap(({ groups }) => groups.map(({ state }) => state));
    return states.every((state) => state === 'acknowledged') && body.items;
  });
  t.same(
    // One that was published again stands there twice.
    [...new Set(found.map(({ type }) => type))],
    ['order.placed', 'order.accepted', 'order.paid'],
  );
  t.ok(found.every(({ fields }) => fields['orderId'] === first.orderId));
  t.ok(found[0]!.groups.some(({ group }) => group === 'payments'));

  const paid = await entries(host, 'ORDERS_STREAM', { type: 'order.paid' });
  t.same(
    [...new Set(paid.body.items.map(({ key }) => key))],
    [second.orderId, first.orderId],
    'the newest first',
  );
  const later = await entries(host, 'ORDERS_STREAM', { from: paid.body.items[0]!.id });
  t.equal(later.body.items.at(-1)!.id, paid.body.items[0]!.id);
  const early = await entries(host, 'ORDERS_STREAM', { to: String(found[0]!.at - 60_000) });
  t.same(early.body.items, []);
});

test('pages of entries go on where the last has ended, and what is no cursor or position is refused', async (t) => {
  const host = await startTestHost(t, { modules });
  await seed(host, [{ productId: 'a' }, { productId: 'b' }, { productId: 'c' }]);
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await entries(host, 'PRODUCTS_STREAM', {
      limit: '2',
      ...(cursor && { cursor }),
    });
    seen.push(...body.items.map(({ id }) => id));
    ({ nextCursor: cursor } = body);
  }
  t.equal(new Set(seen).size, seen.length);
  t.equal(seen.length, await host.env.redis.xlen(`${host.env.keyPrefix}PRODUCTS_STREAM`));
  const bad = [
    { cursor: 'x' },
    { from: 'yesterday' },
    { to: '1-2-3' },
    { limit: '201' },
    { order: 'up' },
  ];
  for (const query of bad)
    t.equal((await entries(host, 'PRODUCTS_STREAM', query as never)).status, 400);
});

test("an entry of the tutorial's service, without a type, is told by its contract", async (t) => {
  const host = await startTestHost(t, { modules });
  const { redis, keyPrefix } = host.env;
  const fields = ['orderId', 'o1', 'orderAmount', '12.00', 'userId', 'bob'];
  const id = await redis.xadd(`${keyPrefix}ORDERS_STREAM`, '*', ...fields);
  const { body } = await entries(host, 'ORDERS_STREAM', { type: 'order.accepted', key: 'o1' });
  t.match(body.items, [{ id, type: 'order.accepted', key: 'o1', eventId: id }]);
});
