/** Customers in the orders: what is held of one, and one who is erased. */
import { createEraser, outboxUnder, type EventOf, type Pseudonyms } from '#host';
import type { customerErased } from '../gateway/events.ts';
import { present } from './present.ts';
import type { OrderStore } from './store.ts';

/**
 * Puts the pseudonym in the place of a customer. What was ordered, when and for how much stays, as the
 * law wants of a shop's books; an order that is open goes on to its end.
 */
async function replaceCustomer(
  { orders }: Pick<OrderStore, 'orders'>,
  userId: string,
  pseudonym: string,
): Promise<void> {
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
}

const eraser = createEraser<{ pseudonyms: Pseudonyms } & Pick<OrderStore, 'orders'>>(
  replaceCustomer,
);

/** What erases customers from the orders: see `createEraser`. */
export function createErasure({ orders }: OrderStore, pseudonyms: Pseudonyms) {
  const context = { orders, pseudonyms };
  return {
    eraseCustomers: (events: EventOf<typeof customerErased>[]) =>
      eraser.eraseCustomers(events, context),
    eraseAgain: (userIds: Iterable<string>) => eraser.eraseAgain(context, userIds),
  };
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
