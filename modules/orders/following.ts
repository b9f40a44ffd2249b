/** Following an order: its statuses as they come, whichever process changes it. */
import type { ModuleContext } from '#host';
import type { OrderDocument } from './order.ts';
import { isFinal, STATUS } from './status.ts';
import { findOrders } from './store.ts';
import { statusesOf, type StatusReached } from './timeline.ts';

export interface Following {
  orderId: string;
  /** The last status that is known already; what came after it is given. */
  seen: number;
  /** How long nothing may be given; then a null is, in ms. */
  idleMs: number;
  signal: AbortSignal;
}

/** A status, with what there is to say of it. */
export interface StatusNews extends StatusReached {
  paymentId?: string;
}

/**
 * Gives the statuses of an order that came since, and then each as it comes, until one that nothing
 * can change any more, or until the signal. The stream only wakes it: what is given stands in the
 * order, which is read once however often it was woken meanwhile.
 */
export async function* followOrder(
  context: ModuleContext,
  { orderId, seen, idleMs, signal }: Following,
): AsyncGenerator<StatusNews | null> {
  const bell = createBell(signal);
  const end = context.follow(orderId, () => bell.ring());
  try {
    let last = seen;
    while (!signal.aborted) {
      const order = await findOrders(context, [orderId]).next();
      if (!order) return;
      for (const news of newsOf(order)) {
        if (news.seq <= last) continue;
        yield news;
        last = news.seq;
      }
      if (isFinal(order.orderStatusCode)) return;
      while (!(await bell.rung(idleMs)) && !signal.aborted) yield null;
    }
  } finally {
    end();
  }
}

function newsOf(order: OrderDocument): StatusNews[] {
  const { payment } = order.answers;
  const settled: number[] = [STATUS.paid, STATUS.refunded, STATUS.paymentFailed];
  return statusesOf(order).map((status) => ({
    ...status,
    ...(payment && settled.includes(status.orderStatusCode) && { paymentId: payment.paymentId }),
  }));
}

/** Rings may come while nobody waits: then they count for whoever waits next. */
function createBell(signal: AbortSignal) {
  let rang = false;
  let wake: (() => void) | undefined;
  signal.addEventListener('abort', () => wake?.(), { once: true });
  return {
    ring(): void {
      rang = true;
      wake?.();
    },
    /** Resolves with true when it has rung, with false after `ms` or the signal. */
    async rung(ms: number): Promise<boolean> {
      if (!rang && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = undefined;
      }
      const was = rang;
      rang = false;
      return was;
    },
  };
}
