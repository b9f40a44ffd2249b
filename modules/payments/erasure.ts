/** Customers in the payments: what is held of one, and one who is erased. */
import { createErasure, outboxUnder, type Erasure, type Pseudonyms } from '#host';
import { presentToOperator } from './schemas.ts';
import type { PaymentStore } from './store.ts';

/**
 * Puts the pseudonym in the place of a customer. What was paid and given back stays, as the law wants
 * of a shop's books; a payment that is open goes on to its end.
 */
export function createPaymentErasure({ payments }: PaymentStore, pseudonyms: Pseudonyms): Erasure {
  return createErasure(pseudonyms, async (userId, pseudonym) => {
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
  });
}

/** Every payment of a customer. */
export async function* personalData(
  { payments }: PaymentStore,
  userId: string,
): AsyncGenerator<object> {
  for await (const payment of payments.find({ userId }).sort({ _id: 1 }))
    yield presentToOperator(payment);
}
