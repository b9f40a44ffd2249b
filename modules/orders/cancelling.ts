/** Cancelling an order, as its owner asks. */
import { DomainError, type ModuleContext } from '#host';
import { withCancel, type OrderDocument } from './order.ts';
import { commit, findOrder } from './store.ts';
import type { Cause } from './telling.ts';

/**
 * Cancels an order: one that is not paid ends at once, one that is paid has its refund asked for.
 * An order that was cancelled before stays as it is.
 *
 * @returns the order as it is then
 * @throws DomainError where the user has no such order, or it is too late
 */
export async function cancelOrder(
  context: ModuleContext,
  { orderId, userId, trace: cause }: { orderId: string; userId: string; trace: Cause },
): Promise<OrderDocument> {
  const { ORDER_CANCEL_WITHIN_MS: withinMs } = context.config;
  for (;;) {
    const order = await findOrder(context, orderId, userId);
    if (!order) throw unknownOrder();
    const cancelling = withCancel(order, { now: new Date(), withinMs, cause });
    if (cancelling.kind === 'too late') {
      throw new DomainError(
        'conflict',
        'too-late-to-cancel',
        `The order cannot be cancelled: ${cancelling.why}.`,
        { orderStatusCode: order.orderStatusCode },
      );
    }
    const { after } = cancelling;
    // Whoever placed it may be about to: what happened first comes first in the stream.
    if (after !== order) await context.publish('orders', [order]);
    const lost = await commit(context, [{ before: order, after }]);
    if (!lost.has(orderId)) return after;
  }
}

/** What a caller is told of an order that is not there, or not the caller's. */
export function unknownOrder(): DomainError {
  return new DomainError('not-found', 'unknown-order', 'You have no order with this id.');
}
