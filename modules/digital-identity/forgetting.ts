/**
 * Users who are forgotten: up to when, under a keyed hash, so that a login which comes late, or is
 * published again after a loss, does not bring back what was forgotten.
 */
import type { ModuleContext } from '#host';
import type { LoginStore } from './login-store.ts';
import type { ScoreStore } from './score-store.ts';
import { userHash } from './device-signals.ts';

/** After every login, so that nothing of a user who is erased is remembered. */
const FOR_EVER = new Date('9999-12-31T00:00:00Z');

interface ForgottenDocument {
  /** The hash of the user. */
  _id: string;
  /** What happened later may be remembered. */
  upTo: Date;
}

export interface Forgetting {
  /** Forgets a user's logins, those that come later too. */
  forgetForEver(userId: string): Promise<void>;
  /** Forgets for good what a user came from up to a time, or up to the last login where that is later. */
  forget(userId: string, time: Date): Promise<void>;
  /**
   * Forgets of these users, about whom something was just stored, what is to stay forgotten. Gives those
   * who are forgotten for ever, as whoever is erased is before anything else.
   */
  forgetAgain(about: readonly { userId: string }[]): Promise<string[]>;
}

export function createForgetting(
  { db, secret }: Pick<ModuleContext, 'db' | 'secret'>,
  { logins, scores }: { logins: LoginStore; scores: ScoreStore },
): Forgetting {
  const forgotten = db.collection<ForgottenDocument>('forgotten');

  async function forgetUpTo(userId: string, upTo: Date): Promise<void> {
    await logins.forget(userId, upTo);
    await scores.forgetOrigins(userId, upTo);
  }

  async function forget(userId: string, time: Date): Promise<void> {
    // The clock of the gateway that published it may be ahead.
    const last = await logins.signals.findOne({ userId }, { sort: { lastSeen: -1 } });
    const upTo = last && last.lastSeen > time ? last.lastSeen : time;
    // First: a handler that has not seen it has written before what is forgotten after.
    await forgotten.updateOne(
      { _id: userHash(secret, userId) },
      { $max: { upTo } },
      { upsert: true },
    );
    await forgetUpTo(userId, upTo);
  }

  return {
    forget,
    forgetForEver: (userId) => forget(userId, FOR_EVER),
    async forgetAgain(about) {
      const users = new Map(about.map(({ userId }) => [userHash(secret, userId), userId]));
      const ids = [...users.keys()];
      const found = await forgotten.find({ _id: { $in: ids } }).toArray();
      for (const { _id, upTo } of found) await forgetUpTo(users.get(_id)!, upTo);
      return found.filter(({ upTo }) => upTo >= FOR_EVER).map(({ _id }) => users.get(_id)!);
    },
  };
}
