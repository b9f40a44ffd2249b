/** Customers in the payments: what is held of one, and one who is erased. */
import { createEraser, outboxUnder, type ModuleContext } from '#host';
import { presentToOperator } from './present.ts';
import { payments } from './store.ts';

/**
 * Puts the pseudonym in the place of a customer. What was paid and given back stays, as the law wants
 * of a shop's books; a payment that is open goes on to its end.
 */
export const { eraseCustomers, eraseAgain } = createEraser(replaceCustomer);

async function replaceCustomer(
  context: ModuleContext,
  userId: string,
  pseudonym: string,
): Promise<void> {
  await payments(context).updateMany({ userId }, [
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

/** Every payment of a customer. */
export async function* personalData(
  context: ModuleContext,
  userId: string,
): AsyncGenerator<object> {
  for await (const payment of payments(context).find({ userId }).sort({ _id: 1 }))
    yield presentToOperator(payment);
}
