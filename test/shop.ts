/** A small shop for tests: products with stock, orders placed and followed to their end. */
import { as, introduce } from './session.ts';
import type { TestHost } from './support.ts';
import { eventually } from './support.ts';
import { importProducts } from '../modules/products/import/import.ts';
import { openCatalogue } from '../modules/products/catalogue/store.ts';
import type { ProductDocument } from '../modules/products/catalogue/product.ts';
import type { ReservationDocument } from '../modules/products/inventory/reservation.ts';

export interface SeedProduct {
  productId: string;
  price?: number;
  stockQty?: number;
}

/** Imports products into the catalogue, and waits until `orders` can sell them. */
export async function seed(host: TestHost, products: readonly SeedProduct[]): Promise<void> {
  await importProducts(openCatalogue(host.context('products')), {
    lines: products.map(({ productId, price = 1000, stockQty = 25 }, i) => ({
      number: i + 1,
      text: JSON.stringify({
        productId,
        price,
        stockQty,
        productDisplayName: `Product ${productId}`,
      }),
    })),
    report: (_line, problem) => {
      throw new Error(problem);
    },
  });
  if (!host.contexts.has('orders')) return;
  const copy = host.context('orders').db.collection<{ _id: string }>('catalogue');
  const ids = products.map(({ productId }) => productId);
  await eventually(
    'orders has its copy of the products',
    async () => (await copy.countDocuments({ _id: { $in: ids } })) === ids.length,
  );
}

export interface OrderBody {
  orderId: string;
  userId: string;
  orderStatusCode: number;
  orderAmount: number;
  paymentId?: string;
  reason?: string;
}

/** `POST /api/orders`, as the given user. */
export async function post(
  host: TestHost,
  payload: unknown,
  headers: Record<string, string> = {},
  userId = 'alice',
) {
  await introduce(host.env, [userId]);
  return host.app.inject({
    method: 'POST',
    url: '/api/orders',
    headers: { ...as(host, userId), ...headers },
    payload: payload as object,
  });
}

/** `GET` of a path, as the given user. */
export function get(host: TestHost, url: string, userId = 'alice') {
  return host.app.inject({ url, headers: as(host, userId) });
}

/** Places an order, which must be taken. */
export async function place(
  host: TestHost,
  items: Record<string, number>,
  userId = 'alice',
): Promise<OrderBody> {
  const lines = Object.entries(items).map(([productId, quantity]) => ({ productId, quantity }));
  const response = await post(host, { items: lines }, {}, userId);
  if (response.statusCode !== 202) throw new Error(`the order was refused: ${response.body}`);
  return response.json<OrderBody>();
}

/** Waits until an order is neither created nor waiting for its payment. */
export function ended(host: TestHost, { orderId, userId }: OrderBody): Promise<OrderBody> {
  return eventually(`order ${orderId} ended`, async () => {
    const response = await get(host, `/api/orders/${orderId}`, userId);
    if (response.statusCode !== 200) return false;
    const order = response.json<OrderBody>();
    return order.orderStatusCode !== 1 && order.orderStatusCode !== 2 && order;
  });
}

/** Waits likewise for each, one after another: all asked about at once would take the time that they need to end. */
export async function allEnded(host: TestHost, orders: readonly OrderBody[]): Promise<OrderBody[]> {
  const ends: OrderBody[] = [];
  for (const order of orders) ends.push(await ended(host, order));
  return ends;
}

/**
 * What the store of `products` says of a product, on one snapshot: what can be ordered, the pieces that
 * reservations say are sold, and the orders that something is set aside for.
 *
 * @throws Error where the product counts other pieces as taken than its reservations hold
 */
export function stockOf(host: TestHost, productId: string) {
  const { db, transaction } = host.context('products');
  return transaction(async (session) => {
    const product = await db
      .collection<ProductDocument>('products')
      .findOne({ _id: productId }, { session });
    if (!product) throw new Error(`no product ${productId}`);
    const holding = await db
      .collection<ReservationDocument>('reservations')
      .find({ decision: 'reserved', end: { $ne: 'released' } }, { session })
      .toArray();
    const pieces = (some: ReservationDocument[]): number =>
      some
        .flatMap(({ lines = [] }) => lines)
        .filter((line) => line.productId === productId)
        .reduce((sum, { quantity }) => sum + quantity, 0);
    const { stockQty, takenQty } = product;
    if (takenQty !== pieces(holding))
      throw new Error(`of ${productId} ${takenQty} are taken, ${pieces(holding)} by reservations`);
    const open = holding.filter(({ end }) => end === undefined);
    const reserved = open.filter((reservation) => pieces([reservation]) > 0).length;
    return { stockQty, soldQty: takenQty - pieces(open), reserved };
  });
}

/** The entries of a stream, as flat fields. */
export async function entriesOf(host: TestHost, stream: string): Promise<Record<string, string>[]> {
  const entries = await host.env.redis.xrange(host.env.keyPrefix + stream, '-', '+');
  return entries.map(([, list]) => {
    const fields: Record<string, string> = {};
    for (let i = 0; i + 1 < list.length; i += 2) fields[list[i]!] = list[i + 1]!;
    return fields;
  });
}
