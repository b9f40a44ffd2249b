/** Ending orders by our own decision: their owner asks for it, or a reply does not come. */
import { DomainError, type ModuleContext } from '#host';
import type { OrderDocument } from './document.ts';
import { withCancel, withTimeout } from './order.ts';
import { STATUS, type OrderStatusCode } from './states.ts';
import { commit, findWaiting, requireOrder } from './store.ts';
import type { Cause } from './order-events.ts';
import { settingsOf } from './settings.ts';

/** Orders that are ended at a time. */
const BATCH = 500;

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
  const { ORDER_CANCEL_WITHIN_MS: withinMs } = settingsOf(context);
  for (;;) {
    const order = await requireOrder(context, orderId, userId);
    const after = withCancel(order, { now: new Date(), withinMs, cause });
    if (typeof after === 'string')
      throw new DomainError(
        'conflict',
        'too-late-to-cancel',
        `The order cannot be cancelled: ${after}.`,
        { orderStatusCode: order.orderStatusCode },
      );
    // Whoever placed it may be about to: what happened first comes first in the stream.
    if (after !== order) await context.publish('orders', [order]);
    const lost = await commit(context, [{ before: order, after }]);
    if (!lost.has(orderId)) return after;
  }
}

/**
 * Rejects every order whose replies have not come in time. A reply that comes later is undone, not
 * obeyed: the rejection was published. Several processes may do so at once.
 *
 * An order's time runs only while this process could receive the replies: one that was down, or out of
 * reach of its stores, first reads what came meanwhile.
 */
export async function expireOrders(context: ModuleContext): Promise<void> {
  const { ORDER_ANSWER_TIMEOUT_MS, ORDER_PAYMENT_TIMEOUT_MS } = settingsOf(context);
  const listenedMs = Date.now() - (await context.healthySince());
  if (listenedMs >= ORDER_ANSWER_TIMEOUT_MS)
    await expire(context, STATUS.created, ORDER_ANSWER_TIMEOUT_MS);
  if (listenedMs >= ORDER_PAYMENT_TIMEOUT_MS)
    await expire(context, STATUS.paymentInitiated, ORDER_PAYMENT_TIMEOUT_MS);
}

async function expire(
  context: ModuleContext,
  status: OrderStatusCode,
  timeoutMs: number,
): Promise<void> {
  for (let count = BATCH; count === BATCH;) {
    const now = new Date();
    const since = new Date(now.getTime() - timeoutMs);
    const overdue = await findWaiting(context, status, since, BATCH);
    const decided = overdue.map((before) => ({ before, after: withTimeout(before, now) }));
    const lost = await commit(context, decided);
    for (const { after } of decided) {
      if (lost.has(after._id)) continue;
      const { waitingFor } = after.answers.timeout!;
      context.log.warn({ orderId: after._id, waitingFor }, 'no answer in time; order rejected');
    }
    count = overdue.length;
  }
}
