/** Placing an order: the client says what and how many, the catalogue says the rest. */
import { createHash } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import { ObjectId } from 'mongodb';
import { DomainError, lookOnceIn, type Caller, type Erasure } from '#host';
import { findProducts, isComplete, type Catalogue, type CatalogueEntry } from './catalogue.ts';
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
  settings: Pick<Settings, 'CURRENCY' | 'CURRENCY_DECIMALS' | 'ORDER_CANCEL_WITHIN_MS'>;
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
 * @throws DomainError where a product is unknown, named twice or priced in another currency, the key was
 * used otherwise, or too many orders wait
 */
export async function placeOrder(
  shop: Shop,
  { caller, request, idempotencyKey, trace }: PlaceOrder,
): Promise<OrderDocument> {
  const { userId, sessionId, browser, address } = caller;
  const { store, settings } = shop;
  const { CURRENCY: currency, CURRENCY_DECIMALS: decimals } = settings;
  let items: OrderItem[];
  try {
    await shop.requireCapacity();
    items = await priced(shop, request);
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
      items,
      totalAmount: items.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0),
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
    'This Idempotency-Key belongs to another order; a new order needs a new key.',
  );
}

async function priced(
  { catalogue, settings }: Shop,
  { items }: OrderRequest,
): Promise<OrderItem[]> {
  const ids = items.map(({ productId }) => productId);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) {
    throw new DomainError(
      'unprocessable',
      'duplicate-product',
      `Product ${twice} stands in two lines; name it once.`,
    );
  }
  const known = await findProducts(catalogue, ids);
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    if (!(await isComplete(catalogue))) {
      throw new DomainError(
        'unavailable',
        'catalogue-loading',
        'The catalogue is still being loaded; try again.',
      );
    }
    throw new DomainError(
      'unprocessable',
      'unknown-product',
      `No such product: ${unknown.join(', ')}.`,
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
    `Not for sale until priced anew in ${CURRENCY}: ${other.map(({ _id }) => _id).join(', ')}.`,
  );
}

/** Two requests are the same when they ask for the same, however it is written down. */
function digest({ items }: OrderRequest): string {
  const canonical = items.map(({ productId, quantity }) => [productId, quantity]);
  return createHash('sha256').update(JSON.stringify(canonical)).digest('base64url');
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
