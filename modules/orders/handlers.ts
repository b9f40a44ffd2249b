/** What `orders` does with the answers of other modules. */
import type { EventOf, ModuleContext } from '#host';
import type { identityScored } from '../digital-identity/events.ts';
import type {
  paymentFailed,
  paymentProcessed,
  paymentRefunded,
  paymentRefundFailed,
} from '../payments/events.ts';
import type { stockRejected, stockReserved } from '../products/events.ts';
import { storeAnswers } from './answers.ts';
import { tellAgain } from './recovery.ts';
import { STATUS } from './status.ts';

export async function handleReserved(
  events: EventOf<typeof stockReserved>[],
  context: ModuleContext,
): Promise<void> {
  await storeAnswers(context, events, () => ({ stock: { outcome: 'reserved' } }));
  const missed = events.filter(({ data }) => data.again).map(({ data }) => data.orderId);
  if (missed.length > 0) await tellAgain(context, missed);
}

export async function handleRejected(
  events: EventOf<typeof stockRejected>[],
  context: ModuleContext,
): Promise<void> {
  await storeAnswers(context, events, ({ data: { productIds } }) => ({
    stock: { outcome: 'rejected', productIds },
  }));
}

export async function handleScored(
  events: EventOf<typeof identityScored>[],
  context: ModuleContext,
): Promise<void> {
  const { IDENTITY_MIN_SCORE: least } = context.config;
  await storeAnswers(context, events, ({ data: { score } }) => ({
    identity: { score, outcome: score >= least ? 'accepted' : 'rejected' },
  }));
}

/**
 * A payment that was taken though its order had ended is to be undone: whoever took it has not heard
 * of the end by then, or it was lost on the way, so it is told again.
 */
export async function handleProcessed(
  events: EventOf<typeof paymentProcessed>[],
  context: ModuleContext,
): Promise<void> {
  const orders = await storeAnswers(context, events, ({ data: { paymentId } }) => ({
    payment: { outcome: 'processed', paymentId },
  }));
  const ended: number[] = [STATUS.rejected, STATUS.cancelled];
  const late = orders
    .filter(({ orderStatusCode, answers }) => ended.includes(orderStatusCode) && !answers.refund)
    .map(({ _id }) => _id);
  if (late.length > 0) await tellAgain(context, late);
}

export async function handleFailed(
  events: EventOf<typeof paymentFailed>[],
  context: ModuleContext,
): Promise<void> {
  await storeAnswers(context, events, ({ data: { paymentId } }) => ({
    payment: { outcome: 'failed', paymentId },
  }));
}

/** What was given back, or taken back: how it stands now. */
export async function handleRefund(
  events: EventOf<typeof paymentRefunded | typeof paymentRefundFailed>[],
  context: ModuleContext,
): Promise<void> {
  await storeAnswers(context, events, ({ data }) => {
    const { refundedAmount, orderStatusCode, seq, reopened } = data;
    const full = orderStatusCode === STATUS.refunded;
    const counted = seq !== undefined && { seq, reopened };
    return { refund: { refundedAmount, full, ...counted } };
  });
}
