/** What `orders` does with the answers of other modules. */
import type { EventOf, ModuleContext } from '#host';
import type { paymentFailed, paymentProcessed } from '../payments/events.ts';
import type { stockRejected, stockReserved } from '../products/events.ts';
import { storeAnswers, tellAgain } from './store.ts';

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

export function handlePayments(outcome: 'processed' | 'failed') {
  return (
    events: EventOf<typeof paymentProcessed | typeof paymentFailed>[],
    context: ModuleContext,
  ): Promise<void> =>
    storeAnswers(context, events, ({ data: { paymentId } }) => ({
      payment: { outcome, paymentId },
    }));
}
