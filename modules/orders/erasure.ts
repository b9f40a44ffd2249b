/** Customers in the orders: what is held of one, and one who is erased. */
import { each, outboxUnder, type EventOf, type ModuleContext } from '#host';
import type { customerErased } from '../gateway/events.ts';
import type { OrderDocument } from './order.ts';
import { present } from './present.ts';
import { orders } from './store.ts';

/**
 * Puts the pseudonym in the place of a customer. What was ordered, when and for how much stays, as the
 * law wants of a shop's books; an order that is open goes on to its end.
 */
export const eraseCustomers = each(
  async ({ data: { userId, pseudonym } }: EventOf<typeof customerErased>, context: ModuleContext) =>
    context.pseudonyms.erase(userId, pseudonym, (stand) => replaceCustomer(context, userId, stand)),
);

/**
 * Has an order of a customer who was erased while it was stored go on without the customer. Gives
 * whether that was so; its events are left to the sweep of the outbox then.
 */
export async function wasErased(
  context: ModuleContext,
  { userId }: Pick<OrderDocument, 'userId'>,
): Promise<boolean> {
  const pseudonym = (await context.pseudonyms.of([userId])).get(userId);
  if (pseudonym === undefined) return false;
  await replaceCustomer(context, userId, pseudonym);
  return true;
}

async function replaceCustomer(
  context: ModuleContext,
  userId: string,
  pseudonym: string,
): Promise<void> {
  await orders(context).updateMany({ userId }, [
    {
      $set: {
        userId: { $literal: pseudonym },
        outbox: outboxUnder(pseudonym, ['origin']),
        // What is decided on the order as it was before is decided again.
        revision: { $add: ['$revision', 1] },
      },
    },
    { $unset: ['origin', 'idempotency'] },
  ]);
}

/** Every order of a customer, with all that nobody is shown. */
export async function* personalData(
  context: ModuleContext,
  userId: string,
): AsyncGenerator<object> {
  for await (const order of orders(context).find({ userId }).sort({ _id: 1 })) {
    const { origin, idempotency, timeline } = order;
    yield { ...present(order), origin, idempotencyKey: idempotency?.key, timeline };
  }
}
