/** Ending orders that wait too long for an answer. */
import type { ModuleContext } from '#host';
import { withTimeout } from './order.ts';
import { STATUS, type OrderStatusCode } from './status.ts';
import { commit, findWaiting } from './store.ts';

/** Orders that are ended at a time. */
const BATCH = 500;

/**
 * Rejects every order whose answers have not come in time. An answer that comes later is undone, not
 * obeyed: the rejection was told. Several processes may do so at once.
 *
 * An order's time runs only while this process could hear the answers: one that was down, or out of
 * reach of its stores, first reads what came meanwhile.
 */
export async function endOverdue(context: ModuleContext): Promise<void> {
  const { ORDER_ANSWER_TIMEOUT_MS, ORDER_PAYMENT_TIMEOUT_MS } = context.config;
  const listenedMs = Date.now() - (await context.undisturbedSince());
  if (listenedMs >= ORDER_ANSWER_TIMEOUT_MS)
    await end(context, STATUS.created, ORDER_ANSWER_TIMEOUT_MS);
  if (listenedMs >= ORDER_PAYMENT_TIMEOUT_MS)
    await end(context, STATUS.paymentInitiated, ORDER_PAYMENT_TIMEOUT_MS);
}

async function end(
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
