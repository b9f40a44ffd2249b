/** What comes after a purchase: some buyers cancel, and the operator gives some money back. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Insist, Purchase } from './purchase.ts';
import { ADMIN_TOKEN } from './fleet.ts';
import type { Random } from './random.ts';

/** How often a buyer cancels, and how often a paid order is refunded by the operator. */
const CANCELS = 0.08;
const REFUNDS = 0.08;
/** How long after the order a buyer changes their mind at the latest, in ms. */
const REGRET_MS = 1500;
/** The pause between two looks whether an order is paid, in ms. */
const LOOK_MS = 300;

/** Cancels the order, or has some of its money given back, or leaves it as it is. */
export async function cancelSome(
  purchase: Purchase,
  insist: Insist,
  random: Random,
  giveUp: AbortSignal,
): Promise<void> {
  const [orderId] = purchase.orderIds;
  if (orderId === undefined) return;
  const mood = random.next();
  if (mood < CANCELS) {
    await delay(random.between(0, REGRET_MS));
    await cancel(purchase, orderId, insist);
  } else if (mood < CANCELS + REFUNDS) {
    const paymentId = await paidWith(purchase, orderId, insist, giveUp);
    const amount = random.next() < 0.5 ? {} : { amount: random.between(1, 50) };
    if (paymentId !== undefined) await refund(purchase, paymentId, amount, insist);
  }
}

async function cancel(purchase: Purchase, orderId: string, insist: Insist): Promise<void> {
  const path = `/api/orders/${orderId}/cancel`;
  const answer = await insist(path, { token: purchase.session.token });
  if (answer?.status === 202) purchase.cancelled = true;
  // It may have ended before: rejected, or its payment declined.
  else if (answer && answer.status !== 409)
    purchase.refused = `cancel: ${answer.status} ${answer.body}`;
}

/** The payment of the order once it is paid; undefined where it ends otherwise. */
async function paidWith(
  { session: { token } }: Purchase,
  orderId: string,
  insist: Insist,
  giveUp: AbortSignal,
): Promise<string | undefined> {
  while (!giveUp.aborted) {
    const answer = await insist(`/api/orders/${orderId}`, { token, method: 'GET' });
    if (answer?.status !== 200) return undefined;
    const order = JSON.parse(answer.body) as { orderStatusCode: number; paymentId?: string };
    if (order.orderStatusCode === 3) return order.paymentId;
    if (order.orderStatusCode !== 1 && order.orderStatusCode !== 2) return undefined;
    await delay(LOOK_MS);
  }
  return undefined;
}

async function refund(
  purchase: Purchase,
  paymentId: string,
  body: { amount?: number },
  insist: Insist,
): Promise<void> {
  const key = `refund-${purchase.key}`;
  const path = `/api/admin/payments/${paymentId}/refunds`;
  for (let times = 0; times < 2; times += 1) {
    const answer = await insist(path, { token: ADMIN_TOKEN, key, body });
    if (!answer) return;
    if (answer.status < 300)
      purchase.refundIds.add((JSON.parse(answer.body) as { refundId: string }).refundId);
    else purchase.refused = `refund: ${answer.status} ${answer.body}`;
  }
}
