/** Customers in `digital-identity`: what is held of one, and one who is erased. */
import { createErasure, outboxUnder, type Erasure, type Pseudonyms } from '#host';
import type { Forgetting } from './forgetting.ts';
import type { LoginStore } from './login-store.ts';
import type { ScoreStore } from './score-store.ts';

/**
 * Forgets a customer for good. The scores stay under the pseudonym; what still waits for its session is
 * scored as if it had nothing to compare with, so that orders go on to their end.
 */
export function createIdentityErasure(
  pseudonyms: Pseudonyms,
  { scores, forgetting }: { scores: ScoreStore; forgetting: Forgetting },
): Erasure {
  return createErasure(pseudonyms, async (userId, pseudonym) => {
    await forgetting.forgetForEver(userId);
    await scores.scores.updateMany({ userId }, [
      {
        $set: {
          userId: { $literal: pseudonym },
          outbox: outboxUnder(pseudonym),
          forgotten: true,
        },
      },
      { $unset: ['origin', 'matched'] },
    ]);
    for await (const some of scores.waiting({ userId: pseudonym }))
      await scores.complete(
        some.map((waiting) => ({ waiting, score: { score: 1, forgotten: true } })),
      );
  });
}

/** All that a user is known by, and the scores of the orders. */
export async function* personalData(
  { signals, sessions }: LoginStore,
  { scores }: ScoreStore,
  userId: string,
): AsyncGenerator<object> {
  for await (const one of signals.find({ userId })) {
    const { _id: fingerprint, kind, firstSeen, lastSeen, expiresAt } = one;
    yield { record: kind, fingerprint, firstSeen, lastSeen, expiresAt };
  }
  for await (const one of sessions.find({ userId })) {
    const { _id: fingerprint, browser, address, expiresAt } = one;
    yield { record: 'session', fingerprint, browser, address, expiresAt };
  }
  for await (const { outbox: _outbox, _id: orderId, ...score } of scores.find({ userId }))
    yield { record: 'score', orderId, ...score };
}
