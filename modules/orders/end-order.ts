/** Ending orders by our own decision: their owner asks for it, or a reply does not come. */
import type { FastifyBaseLogger } from 'fastify';
import { DomainError } from '#host';
import { withCancel, withTimeout } from './order.ts';
import type { Cause } from './order-events.ts';
import type { Settings } from './settings.ts';
import { STATUS, type OrderStatusCode } from './states.ts';
import { commit, findWaiting, requireOrder, type Decided, type OrderStore } from './store.ts';

/** Orders that are ended at a time. */
const BATCH = 500;

/**
 * Cancels an order: one that is not paid ends at once, one that is paid has its refund asked for.
 * An order that was cancelled before stays as it is.
 *
 * @param userId whose it must be, where one is given
 * @param reason what the customer is told
 * @returns the order as it was before, and as it is then
 * @throws DomainError where there is no such order, or it is too late
 */
export async function cancelOrder(
  store: OrderStore,
  {
    orderId,
    userId,
    reason,
    withinMs,
    trace: cause,
  }: {
    orderId: string;
    userId?: string;
    reason: string;
    withinMs: number;
    trace: Cause;
  },
): Promise<Decided> {
  for (;;) {
    const order = await requireOrder(store, orderId, userId);
    const after = withCancel(order, { now: new Date(), reason, withinMs, cause });
    if (typeof after === 'string')
      throw new DomainError(
        'conflict',
        'too-late-to-cancel',
        `The order cannot be cancelled: ${after}.`,
        { orderStatusCode: order.orderStatusCode },
      );
    // Whoever placed it may be about to: what happened first comes first in the stream.
    if (after !== order) await store.publish('orders', [order]);
    const lost = await commit(store, [{ before: order, after }]);
    if (!lost.has(orderId)) return { before: order, after };
  }
}

interface Expiry {
  settings: Pick<Settings, 'ORDER_ANSWER_TIMEOUT_MS' | 'ORDER_PAYMENT_TIMEOUT_MS'>;
  log: FastifyBaseLogger;
  /** Since when this process receives replies without a break, in ms since the epoch. */
  since: number;
}

/**
 * Rejects every order whose replies have not come in time. A reply that comes later is undone, not
 * obeyed: the rejection was published. Several processes may do so at once.
 *
 * An order's time runs only while this process could receive the replies: one that was down, or out of
 * reach of its stores, first reads what came meanwhile.
 */
export async function expireOrders(
  store: OrderStore,
  { settings, log, since }: Expiry,
): Promise<void> {
  const listenedMs = Date.now() - since;
  for (const [status, timeoutMs] of [
    [STATUS.created, settings.ORDER_ANSWER_TIMEOUT_MS],
    [STATUS.paymentInitiated, settings.ORDER_PAYMENT_TIMEOUT_MS],
  ] as const)
    if (listenedMs >= timeoutMs) await expire(store, status, timeoutMs, log);
}

async function expire(
  store: OrderStore,
  status: OrderStatusCode,
  timeoutMs: number,
  log: FastifyBaseLogger,
): Promise<void> {
  for (let count = BATCH; count === BATCH;) {
    const now = new Date();
    const since = new Date(now.getTime() - timeoutMs);
    const overdue = await findWaiting(store, status, since, BATCH);
    const decided = overdue.map((before) => ({ before, after: withTimeout(before, now) }));
    const lost = await commit(store, decided);
    for (const { after } of decided) {
      if (lost.has(after._id)) continue;
      const { waitingFor } = after.answers.timeout!;
      log.warn({ orderId: after._id, waitingFor }, 'no answer in time; order rejected');
    }
    count = overdue.length;
  }
}
