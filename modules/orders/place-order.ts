/** Placing an order: the client says what and how many, the catalogue says the rest. */
import { createHash } from 'node:crypto';
import { ObjectId } from 'mongodb';
import { DomainError, type Caller, type ModuleContext } from '#host';
import { requireCapacity } from './backlog.ts';
import { findProducts, isComplete, type CatalogueEntry } from './catalogue.ts';
import { eraseAgain } from './erasure.ts';
import type { OrderDocument, OrderItem } from './document.ts';
import { newOrder } from './order.ts';
import type { OrderRequest } from './schemas.ts';
import { findByIdempotencyKey, insertOrder } from './store.ts';
import { settingsOf } from './settings.ts';

export interface Placing {
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
  context: ModuleContext,
  { caller, request, idempotencyKey, trace }: Placing,
): Promise<OrderDocument> {
  const { userId, sessionId, browser, address } = caller;
  const { CURRENCY_DECIMALS: decimals } = settingsOf(context);
  let items: OrderItem[];
  try {
    await requireCapacity(context);
    items = await priced(context, request);
  } catch (refusal) {
    // What was taken before is not refused now.
    const earlier = idempotencyKey && (await findByIdempotencyKey(context, userId, idempotencyKey));
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
      currency: settingsOf(context).CURRENCY,
      decimals,
      ...(idempotencyKey !== undefined && {
        idempotency: { key: idempotencyKey, request: digest(request) },
      }),
      createdAt: new Date(),
    },
    trace,
  );
  const stored = await insertOrder(context, order);
  if (stored._id !== order._id) return sameRequest(stored, request);
  void announce(context, stored);
  return stored;
}

/**
 * Publishes the event of a new order, for which the client need not wait: the outbox holds it. Of a
 * customer who was erased meanwhile every module puts the pseudonym into what it has just stored.
 */
async function announce(context: ModuleContext, order: OrderDocument): Promise<void> {
  try {
    await Promise.all([context.publish('orders', [order]), eraseAgain(context, [order.userId])]);
  } catch (error) {
    context.log.warn(
      { err: error, orderId: order._id },
      'whether its customer is erased is not known',
    );
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

async function priced(context: ModuleContext, { items }: OrderRequest): Promise<OrderItem[]> {
  const ids = items.map(({ productId }) => productId);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) {
    throw new DomainError(
      'unprocessable',
      'duplicate-product',
      `Product ${twice} stands in two lines; name it once.`,
    );
  }
  const known = await findProducts(context, ids);
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    if (!(await isComplete(context))) {
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
  checkUnits(context, [...known.values()]);
  return items.map(({ productId, quantity }) => {
    const { name, brand, category, price } = known.get(productId)!;
    const kind = { ...(brand && { brand }), ...(category && { category }) };
    return { productId, name, ...kind, quantity, unitPrice: price };
  });
}

/** A price in another currency, or in another unit of it, is none in the shop's. */
function checkUnits(context: ModuleContext, products: readonly CatalogueEntry[]): void {
  const { CURRENCY, CURRENCY_DECIMALS } = settingsOf(context);
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
