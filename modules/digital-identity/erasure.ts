/** Customers in `digital-identity`: what is held of one, and one who is erased. */
import { createEraser, outboxUnder } from '#host';
import { forgetForEver } from './forgetting.ts';
import { sessions, traits } from './logins.ts';
import { scores, settleScores, waitingOrders } from './store.ts';
import type { Context } from './settings.ts';

/**
 * Forgets a customer for good. The scores stay under the pseudonym; what still waits for its session is
 * scored as if it had nothing to compare with, so that orders go on to their end.
 */
export const { eraseCustomers, eraseAgain } = createEraser(replaceCustomer);

async function replaceCustomer(context: Context, userId: string, pseudonym: string): Promise<void> {
  await forgetForEver(context, userId);
  await scores(context).updateMany({ userId }, [
    {
      $set: {
        userId: { $literal: pseudonym },
        outbox: outboxUnder(pseudonym),
        forgotten: true,
      },
    },
    { $unset: ['origin', 'matched'] },
  ]);
  for await (const some of waitingOrders(context, { userId: pseudonym }))
    await settleScores(
      context,
      some.map((waiting) => ({ waiting, score: { score: 1, forgotten: true } })),
    );
}

/** All that a user is known by, and the scores of the orders. */
export async function* personalData(context: Context, userId: string): AsyncGenerator<object> {
  for await (const { _id: fingerprint, kind, firstSeen, lastSeen, expiresAt } of traits(
    context,
  ).find({ userId }))
    yield { record: kind, fingerprint, firstSeen, lastSeen, expiresAt };
  for await (const { _id: fingerprint, browser, address, expiresAt } of sessions(context).find({
    userId,
  }))
    yield { record: 'session', fingerprint, browser, address, expiresAt };
  for await (const { outbox: _outbox, _id: orderId, ...score } of scores(context).find({ userId }))
    yield { record: 'score', orderId, ...score };
}
