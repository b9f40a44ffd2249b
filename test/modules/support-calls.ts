/** Every change that a support may make, each as a call that succeeds, on a small shop with all it takes. */
import type { InjectOptions } from 'fastify';
import { call } from '../operators.ts';
import { ended, place, seed } from '../shop.ts';
import { eventually, type TestHost } from '../support.ts';

/** A call of a route, as the OpenAPI document names it, on what is there. */
export interface Example {
  route: string;
  path: string;
  payload?: object | string | Buffer;
  headers?: Record<string, string>;
  /** Whether it may be refused as things stand, and so change nothing. */
  mayConflict?: boolean;
}

/** The smallest picture there is: one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const FORM = [
  '--end',
  'content-disposition: form-data; name="products"; filename="some.ndjson"',
  '',
  JSON.stringify({ productId: 'imported', productDisplayName: 'Imported', price: 1 }),
  '--end--',
  '',
].join('\r\n');

const STREAM = 'ORDERS_STREAM';
const LETTERS = '/api/admin/streams/{stream}/dead-letters';

/** Poisons the stream of orders, and gives the ids of the dead letters. */
async function deadLetters(host: TestHost, count: number): Promise<string[]> {
  const { redis, keyPrefix } = host.env;
  for (let i = 0; i < count; i++) {
    const fields = { orderId: `lost-${i}`, orderAmount: 'ten', userId: 'bob' };
    await redis.xadd(keyPrefix + STREAM, '*', ...Object.entries(fields).flat());
  }
  return eventually('they are dead letters', async () => {
    const path = `/streams/${STREAM}/dead-letters?group=payments`;
    const { items } = (await call(host, 'GET', path)).json<{ items: { id: string }[] }>();
    return items.length === count && items.map(({ id }) => id);
  });
}

/** Makes what the calls are made on, and gives them in an order in which each succeeds. */
export async function arrangeSupportCalls(host: TestHost): Promise<Example[]> {
  await seed(host, [{ productId: 'a' }]);
  const [paid, other] = [
    await ended(host, await place(host, { a: 1 }, 'ann')),
    await ended(host, await place(host, { a: 1 }, 'bob')),
  ];
  const [first, second, third] = await deadLetters(host, 3);
  const product = '/api/admin/products/{productId}';
  const group = 'payments';
  return [
    {
      route: 'POST /api/admin/products',
      path: '/products',
      payload: { productId: 'lamp', name: 'Lamp', price: 4900, stockQty: 3 },
    },
    { route: `PATCH ${product}`, path: '/products/a', payload: { price: 900 } },
    { route: `POST ${product}/stock`, path: '/products/a/stock', payload: { change: 5 } },
    {
      route: `PUT ${product}/picture`,
      path: '/products/a/picture',
      payload: PIXEL,
      headers: { 'content-type': 'image/png' },
    },
    { route: `DELETE ${product}/picture`, path: '/products/a/picture' },
    { route: `POST ${product}/archive`, path: '/products/a/archive' },
    { route: `POST ${product}/restore`, path: '/products/a/restore' },
    {
      route: 'POST /api/admin/product-imports',
      path: '/product-imports',
      payload: FORM,
      headers: { 'content-type': 'multipart/form-data; boundary=end' },
    },
    {
      route: 'POST /api/admin/product-imports/{importId}/cancel',
      path: '/product-imports/none/cancel',
      mayConflict: true,
    },
    {
      route: 'POST /api/admin/payments/{paymentId}/refunds',
      path: `/payments/${paid.paymentId}/refunds`,
      payload: { amount: 100 },
    },
    {
      route: 'POST /api/admin/orders/{orderId}/cancel',
      path: `/orders/${other.orderId}/cancel`,
      payload: {},
    },
    {
      route: `POST ${LETTERS}/{id}/replay`,
      path: `/streams/${STREAM}/dead-letters/${first}/replay`,
      payload: { group, fields: { orderAmount: '10.00' } },
    },
    {
      route: `POST ${LETTERS}/replay`,
      path: `/streams/${STREAM}/dead-letters/replay`,
      payload: { group, ids: [second] },
    },
    {
      route: `POST ${LETTERS}/discard`,
      path: `/streams/${STREAM}/dead-letters/discard`,
      payload: { group, ids: [third] },
    },
  ];
}

/** Makes one of them in somebody's name. */
export function make(host: TestHost, example: Example, as: Record<string, string>) {
  const { route, path, payload, headers } = example;
  return host.app.inject({
    method: route.split(' ')[0] as NonNullable<InjectOptions['method']>,
    url: `/api/admin${path}`,
    headers: { ...as, ...headers },
    ...(payload !== undefined && { payload }),
  });
}
