/** Orders in the tutorial's form. */
import type { FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { chunk, type App, Nullable } from '#host';
import { findProduct, idOf, inWholeUnits, toTutorial, type TutorialProduct } from './products.ts';
import { read, type User } from './rest.ts';

/** Orders that the tutorial's list holds at most, and how many of them our API gives at a time. */
const MAX_ORDERS = 1000;
const PAGE = 100;
/** Products that are asked for at a time. */
const AT_ONCE = 20;

const Placed = Compile(Type.Object({ orderId: Type.String() }));
const Current = Compile(Type.Object({ userId: Type.String() }));

const Order = Type.Object({
  orderId: Type.String(),
  orderStatusCode: Type.Integer(),
  decimals: Type.Optional(Type.Integer()),
  items: Type.Array(
    Type.Object({
      productId: Type.String(),
      name: Type.String(),
      brand: Type.Optional(Type.String()),
      quantity: Type.Integer(),
      unitPrice: Type.Integer(),
    }),
  ),
  placedAt: Type.String(),
  steps: Type.Array(Type.Object({ at: Type.String() })),
});
type Order = Static<typeof Order>;
type Item = Order['items'][number];

const OrderPage = Compile(
  Type.Object({ items: Type.Array(Order), nextCursor: Nullable(Type.String()) }),
);

/** A line of an order that the tutorial's front end places; the price that it shows counts for nothing. */
export const Line = Type.Object({
  productId: Type.Union([Type.Integer(), Type.String()]),
  qty: Type.Integer(),
});

/** Places an order, and gives its id. */
export async function createOrder(
  user: User,
  lines: readonly Static<typeof Line>[],
): Promise<string> {
  const items = lines.map(({ productId, qty }) => ({
    productId: String(productId),
    quantity: qty,
  }));
  const answer = await user.call({ method: 'POST', url: '/api/orders', payload: { items } });
  return read(Placed, answer, 202).orderId;
}

/** The user's orders, newest first; the tutorial knows none that came to nothing. */
export async function listOrders(app: App, request: FastifyRequest, user: User): Promise<object[]> {
  const { userId } = read(Current, await user.call({ url: '/api/sessions/current' }));
  const orders = (await readOrders(user)).filter(({ orderStatusCode }) => orderStatusCode >= 1);
  const ids = new Set(orders.flatMap(({ items }) => items.map(({ productId }) => productId)));
  const products = new Map<string, TutorialProduct | undefined>();
  for await (const some of chunk([...ids], AT_ONCE)) {
    const found = await Promise.all(some.map((id) => findProduct(app, request, id)));
    some.forEach((id, i) => products.set(id, found[i]));
  }
  return orders.map((order) => ({
    orderId: order.orderId,
    userId,
    orderStatusCode: order.orderStatusCode,
    products: order.items.map((item) => ({
      productId: idOf(item.productId),
      qty: item.quantity,
      productPrice: inWholeUnits(item.unitPrice, order.decimals),
      productData: products.get(item.productId) ?? toTutorial(remembered(item, order), request),
    })),
    createdOn: order.placedAt,
    createdBy: userId,
    lastUpdatedOn: order.steps.at(-1)?.at ?? order.placedAt,
    lastUpdatedBy: userId,
  }));
}

async function readOrders(user: User): Promise<Order[]> {
  const orders: Order[] = [];
  let next = '';
  do {
    const cursor = next && `&cursor=${encodeURIComponent(next)}`;
    const url = `/api/order-history?limit=${PAGE}${cursor}`;
    const page = read(OrderPage, await user.call({ url }));
    orders.push(...page.items);
    next = page.nextCursor ?? '';
  } while (next !== '' && orders.length < MAX_ORDERS);
  return orders;
}

/** What an order remembers of a product that is sold no more. */
const remembered = ({ productId, name, brand = '', unitPrice }: Item, { decimals }: Order) => ({
  productId,
  name,
  brand,
  price: unitPrice,
  ...(decimals !== undefined && { decimals }),
  variantName: '',
  ageGroup: '',
  gender: '',
  displayCategories: [],
  imageUrl: null,
});
