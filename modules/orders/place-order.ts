/** Placing an order: the client says what and how many, the catalogue says the rest. */
import { createHash } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import { ObjectId } from 'mongodb';
import type { Static } from 'typebox';
import { DomainError, lookOnceIn, type Caller, type Erasure } from '#host';
import { findProducts, isComplete, type Catalogue, type CatalogueEntry } from './catalogue.ts';
import { priceDelivery, type ContactRequest, type DeliveryRequest } from './delivery.ts';
import type { OrderDocument, OrderItem } from './document.ts';
import { newOrder } from './order.ts';
import type { OrderRequest } from './schemas.ts';
import type { Settings } from './settings.ts';
import { STATUS } from './states.ts';
import { findByIdempotencyKey, findWaiting, insertOrder, type OrderStore } from './store.ts';

/** So many orders may wait for long: what holds up a few does not close the shop. */
const MAX_OVERDUE = 16;
/** How often is looked while somebody orders, in ms. */
const LOOK_EVERY_MS = 1000;
/** When a client may try again, in s. */
const RETRY_AFTER_S = 5;

/** What an order is placed with. */
export interface Shop {
  store: OrderStore;
  catalogue: Catalogue;
  requireCapacity: () => Promise<void>;
  erasure: Erasure;
  settings: Pick<
    Settings,
    'CURRENCY' | 'CURRENCY_DECIMALS' | 'DELIVERY_METHODS' | 'ORDER_CANCEL_WITHIN_MS'
  >;
  log: FastifyBaseLogger;
}

export interface PlaceOrder {
  caller: Caller;
  request: OrderRequest;
  idempotencyKey: string | undefined;
  trace: { traceparent: string };
}

/**
 * Stores the order and publishes `order.placed`.
 *
 * @returns the order, or the earlier one that was placed with the same idempotency key
 * @throws DomainError where a product is unknown, named twice or priced in another currency, its delivery is
 * none that the shop offers, the key was used otherwise, or too many orders wait
 */
export async function placeOrder(
  shop: Shop,
  { caller, request, idempotencyKey, trace }: PlaceOrder,
): Promise<OrderDocument> {
  const { userId, sessionId, browser, address } = caller;
  const { store, settings } = shop;
  const { CURRENCY: currency, CURRENCY_DECIMALS: decimals } = settings;
  let parts: Pick<OrderDocument, 'items' | 'contact' | 'delivery' | 'totalAmount'>;
  try {
    await shop.requireCapacity();
    parts = await priced(shop, request);
  } catch (refusal) {
    // What was taken before is not refused now.
    const earlier = idempotencyKey && (await findByIdempotencyKey(store, userId, idempotencyKey));
    if (earlier) return sameRequest(earlier, request);
    throw refusal;
  }
  const order = newOrder(
    {
      _id: new ObjectId().toHexString(),
      userId,
      origin: { sessionId, browser, address },
      ...parts,
      currency,
      decimals,
      ...(idempotencyKey !== undefined && {
        idempotency: { key: idempotencyKey, request: digest(request) },
      }),
      createdAt: new Date(),
    },
    trace,
  );
  const stored = await insertOrder(store, order);
  if (stored._id !== order._id) return sameRequest(stored, request);
  void publishPlaced(shop, stored);
  return stored;
}

/**
 * Publishes the event of a new order, for which the client need not wait: the outbox holds it. Of a
 * customer who was erased meanwhile every module puts the pseudonym into what it has just stored.
 */
async function publishPlaced({ store, erasure, log }: Shop, order: OrderDocument): Promise<void> {
  try {
    await Promise.all([store.publish('orders', [order]), erasure.eraseAgain([order.userId])]);
  } catch (error) {
    log.warn({ err: error, orderId: order._id }, 'whether its customer is erased is not known');
  }
}

/** The earlier order, where it was the same request. */
function sameRequest(earlier: OrderDocument, request: OrderRequest): OrderDocument {
  if (earlier.idempotency?.request === digest(request)) return earlier;
  throw new DomainError(
    'unprocessable',
    'idempotency-key-reused',
    'This purchase was placed before, with other products or another delivery. Begin a new one, under a new key.',
  );
}

/** What is ordered, by the catalogue's prices, and how it is delivered, by the shop's. */
async function priced(shop: Shop, { items: lines, contact, delivery: wanted }: OrderRequest) {
  const items = await pricedItems(shop, lines);
  const itemsAmount = items.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0);
  if (!contact || !wanted) return { items, totalAmount: itemsAmount };
  const delivery = priceDelivery(shop.settings.DELIVERY_METHODS, wanted, itemsAmount);
  return { items, contact, delivery, totalAmount: itemsAmount + delivery.price };
}

async function pricedItems(
  { catalogue, settings }: Shop,
  items: OrderRequest['items'],
): Promise<OrderItem[]> {
  const ids = items.map(({ productId }) => productId);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  const known = await findProducts(catalogue, ids);
  if (twice !== undefined) {
    throw new DomainError(
      'unprocessable',
      'duplicate-product',
      `${known.get(twice)?.name ?? `Product ${twice}`} stands in two lines; name it once.`,
      { productIds: [twice] },
    );
  }
  const unknown = ids.filter((id) => known.get(id)?.archived ?? !known.has(id));
  if (unknown.length > 0) {
    const isLoading = unknown.some((id) => !known.has(id)) && !(await isComplete(catalogue));
    if (isLoading) {
      throw new DomainError(
        'unavailable',
        'catalogue-loading',
        'The catalogue is still being loaded; try again.',
      );
    }
    throw new DomainError(
      'unprocessable',
      'unknown-product',
      `The shop does not sell this any more: ${unknown.join(', ')}. Order again without it.`,
      { productIds: unknown },
    );
  }
  checkUnits(settings, [...known.values()]);
  return items.map(({ productId, quantity }) => {
    const { name, brand, category, price } = known.get(productId)!;
    const kind = { ...(brand && { brand }), ...(category && { category }) };
    return { productId, name, ...kind, quantity, unitPrice: price };
  });
}

/** A price in another currency, or in another unit of it, is none in the shop's. */
function checkUnits(
  { CURRENCY, CURRENCY_DECIMALS }: Shop['settings'],
  products: readonly CatalogueEntry[],
): void {
  const other = products.filter(
    ({ currency, decimals = CURRENCY_DECIMALS }) =>
      currency !== CURRENCY || decimals !== CURRENCY_DECIMALS,
  );
  if (other.length === 0) return;
  throw new DomainError(
    'conflict',
    'other-currency',
    `Not for sale until priced anew in ${CURRENCY}: ${other.map(({ name }) => name).join(', ')}.`,
    { productIds: other.map(({ _id }) => _id) },
  );
}

/** Two requests are the same when they ask for the same, however it is written down. */
function digest({ items, contact, delivery }: OrderRequest): string {
  const lines = items.map(({ productId, quantity }) => [productId, quantity]);
  // Of an order without delivery it stays as an earlier Millrace has stored it.
  const canonical = contact && delivery ? [lines, ...spelled(contact, delivery)] : lines;
  return createHash('sha256').update(JSON.stringify(canonical)).digest('base64url');
}

/** Contact and delivery with their fields in one order. */
function spelled(
  { email, phone }: Static<typeof ContactRequest>,
  { method, address }: Static<typeof DeliveryRequest>,
) {
  const { name, line1, line2, city, postalCode, region, country } = address;
  return [
    [email, phone],
    [method, name, line1, line2, city, postalCode, region, country],
  ];
}

/**
 * Back-pressure: a shop that cannot keep up takes no more orders until it can. Makes what throws a
 * DomainError where many orders have waited for stock and score for longer than `boundMs`; 0: never.
 */
export function createBackPressure(store: OrderStore, boundMs: number): () => Promise<void> {
  const isBehind = lookOnceIn(LOOK_EVERY_MS, async () => {
    if (boundMs === 0) return false;
    const since = new Date(Date.now() - boundMs);
    const found = await findWaiting(store, STATUS.created, since, MAX_OVERDUE + 1);
    return found.length > MAX_OVERDUE;
  });
  return async () => {
    if (!(await isBehind())) return;
    throw new DomainError(
      'unavailable',
      'busy',
      'The shop has more orders than it can work on at the moment, and yours was not taken. Try again in a few seconds.',
      { retryAfterS: RETRY_AFTER_S },
    );
  };
}
