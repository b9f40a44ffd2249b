/** From what was confirmed to the order that came of it, however often that is begun anew. */
import { signal } from '@preact/signals';
import type { Order } from '../../../orders/api.ts';
import { takeOut } from '../lib/cart.ts';
import { askForProducts, noteAvailable } from '../lib/cart-products.ts';
import { Problem } from '../lib/http.ts';
import { getOrder, orderPath, payPath, postOrder } from '../lib/orders.ts';
import { forget, markSent, type Submission } from '../lib/submission.ts';

/** How long the checkout waits for the word that all is in stock; the order's page says what comes later. */
const CHECK_MS = 15_000;
const ASK_EVERY_MS = 300;
/** What was confirmed longer ago is not sent without being asked again. */
const RESUME_WITHIN_MS = 3_600_000;

const PLACED = 1;

export type Progress =
  | { step: 'idle' | 'sending' | 'checking' | 'placed' | 'offline' | 'sold out' | 'unanswered' }
  | { step: 'failed'; error: unknown };

/** How far the order has come that this page places. */
export const progress = signal<Progress>({ step: 'idle' });

/** Whether an order is on its way, so that no other is sent. */
export function isPlacing(): boolean {
  return ['sending', 'checking', 'placed'].includes(progress.value.step);
}

/** Whether what waits is sent without a question, now that this page is open. */
export function isRecent({ at }: Submission): boolean {
  return Date.now() - at < RESUME_WITHIN_MS;
}

/**
 * Sends what was confirmed, for the first time or again, and goes to what comes next: the payment where its
 * provider asks the buyer, the order's page else. Offline it waits; see `progress`.
 */
export async function place(submitted: Submission, paysNext: boolean): Promise<void> {
  if (isPlacing()) return;
  if (!navigator.onLine) return void (progress.value = { step: 'offline' });
  progress.value = { step: 'sending' };
  markSent(submitted);
  try {
    const placed = await postOrder(submitted.request, submitted.key);
    progress.value = { step: 'checking' };
    const order = await checked(placed);
    if (order.unavailable) {
      forget(submitted);
      noteAvailable(order.unavailable);
      progress.value = { step: 'sold out' };
      return;
    }
    progress.value = { step: 'placed' };
    const isFirst = forget(submitted);
    // What was refused stays in the cart.
    if (isFirst && order.orderStatusCode > 0) takeOut(submitted.request.items);
    const isPaidNext = paysNext && order.orderStatusCode > 0;
    location.assign(isPaidNext ? payPath(order.orderId) : orderPath(order.orderId));
  } catch (error) {
    if (isRefused(error)) {
      forget(submitted);
      void askForProducts({ anew: true });
    }
    progress.value =
      navigator.onLine || isRefused(error) ? { step: 'failed', error } : { step: 'offline' };
  }
}

/** The order once its products are reserved or not, or when that takes long. */
async function checked(order: Order): Promise<Order> {
  const end = Date.now() + CHECK_MS;
  let latest = order;
  while (latest.orderStatusCode === PLACED && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    try {
      latest = await getOrder(order.orderId);
    } catch (error) {
      // Only a lost connection keeps from going to the order's page.
      if (!(error instanceof Problem) || error.status === 0) throw error;
    }
  }
  return latest;
}

/**
 * Whether the order was refused, so that sending it again is another order. A session that could not be had
 * says nothing of the order.
 */
function isRefused(error: unknown): boolean {
  return error instanceof Problem && error.isRefusal && ![401, 403].includes(error.status);
}
