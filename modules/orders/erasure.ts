/** Customers in the orders: what is held of one, and one who is erased. */
import { createErasure, outboxUnder, type Erasure, type Pseudonyms } from '#host';
import { present } from './schemas.ts';
import type { OrderStore } from './store.ts';

/**
 * Puts the pseudonym in the place of a customer. What was ordered, when and for how much stays, as the
 * law wants of a shop's books; an order that is open goes on to its end.
 */
export function createOrderErasure({ orders }: OrderStore, pseudonyms: Pseudonyms): Erasure {
  return createErasure(pseudonyms, async (userId, pseudonym) => {
    await orders.updateMany({ userId }, [
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
  });
}

/** Every order of a customer, with all that nobody is shown. */
export async function* personalData(
  { orders }: OrderStore,
  userId: string,
): AsyncGenerator<object> {
  for await (const order of orders.find({ userId }).sort({ _id: 1 })) {
    const { origin, idempotency, timeline } = order;
    yield { ...present(order), origin, idempotencyKey: idempotency?.key, timeline };
  }
}
