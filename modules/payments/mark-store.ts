/** Marks of orders that must not be paid, in MongoDB. They lie among the payments, for one index. */
import { isDuplicateKey, type ModuleContext } from '#host';
import type { PaymentDocument } from './payment.ts';
import { findOfOrders, newId } from './store.ts';

/** Stands in the place of the payment of an order that ended before it came to one. */
interface Mark {
  _id: string;
  orderId: string;
  status: 'cancelled';
  revision: number;
}

/** Marks orders without a payment as never to be paid. Gives the payments of the others. */
export async function forbid(
  context: ModuleContext,
  orderIds: readonly string[],
): Promise<PaymentDocument[]> {
  const found = await findOfOrders(context, orderIds);
  const known = new Set(found.map(({ orderId }) => orderId));
  const marks = orderIds
    .filter((orderId) => !known.has(orderId))
    .map((orderId): Mark => ({ _id: newId(), orderId, status: 'cancelled', revision: 1 }));
  if (marks.length === 0) return found;
  try {
    await context.db.collection<Mark>('payments').insertMany(marks, { ordered: false });
    return found;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  return findOfOrders(context, orderIds);
}
