/** Customers in the payments: what is held of one, and one who is erased. */
import { createEraser, outboxUnder, type EventOf, type Pseudonyms } from '#host';
import type { customerErased } from '../gateway/events.ts';
import { presentToOperator } from './schemas.ts';
import type { PaymentStore } from './store.ts';

/**
 * Puts the pseudonym in the place of a customer. What was paid and given back stays, as the law wants
 * of a shop's books; a payment that is open goes on to its end.
 */
async function replaceCustomer(
  { payments }: Pick<PaymentStore, 'payments'>,
  userId: string,
  pseudonym: string,
): Promise<void> {
  await payments.updateMany({ userId }, [
    {
      $set: {
        userId: { $literal: pseudonym },
        outbox: outboxUnder(pseudonym),
        // What is decided on the payment as it was before is decided again.
        revision: { $add: ['$revision', 1] },
      },
    },
  ]);
}

const eraser = createEraser<{ pseudonyms: Pseudonyms } & Pick<PaymentStore, 'payments'>>(
  replaceCustomer,
);

/** What erases customers from the payments: see `createEraser`. */
export function createErasure({ payments }: PaymentStore, pseudonyms: Pseudonyms) {
  const context = { payments, pseudonyms };
  return {
    eraseCustomers: (events: EventOf<typeof customerErased>[]) =>
      eraser.eraseCustomers(events, context),
    eraseAgain: (userIds: Iterable<string>) => eraser.eraseAgain(context, userIds),
  };
}

/** Every payment of a customer. */
export async function* personalData(
  { payments }: PaymentStore,
  userId: string,
): AsyncGenerator<object> {
  for await (const payment of payments.find({ userId }).sort({ _id: 1 }))
    yield presentToOperator(payment);
}
