/**
 * Users who are forgotten: up to when, under a keyed hash, so that a login which comes late, or is
 * published again after a loss, does not bring back what was forgotten.
 */
import type { Collection } from 'mongodb';
import { forgetLogins, traits } from './logins.ts';
import { forgetOrigins } from './store.ts';
import { userHash } from './device-signals.ts';
import type { Context } from './settings.ts';

/** After every login, so that nothing of a user who is erased is remembered. */
const FOR_EVER = new Date('9999-12-31T00:00:00Z');

interface ForgottenDocument {
  /** The hash of the user. */
  _id: string;
  /** What happened later may be remembered. */
  upTo: Date;
}

const forgotten = ({ db }: Context): Collection<ForgottenDocument> =>
  db.collection<ForgottenDocument>('forgotten');

/** Forgets a user's logins, those that come later too. */
export function forgetForEver(context: Context, userId: string): Promise<void> {
  return forget(context, userId, FOR_EVER);
}

/** Forgets for good what a user came from up to a time, or up to the last login where that is later. */
export async function forget(context: Context, userId: string, time: Date): Promise<void> {
  // The clock of the gateway that told of it may be ahead.
  const last = await traits(context).findOne({ userId }, { sort: { lastSeen: -1 } });
  const upTo = last && last.lastSeen > time ? last.lastSeen : time;
  // First: a handler that has not seen it has written before what is forgotten after.
  await forgotten(context).updateOne(
    { _id: userHash(context.secret, userId) },
    { $max: { upTo } },
    { upsert: true },
  );
  await forgetUpTo(context, userId, upTo);
}

/**
 * Forgets of these users, about whom something was just stored, what is to stay forgotten. Gives those
 * who are forgotten for ever, as whoever is erased is before anything else.
 */
export async function forgetAgain(
  context: Context,
  about: readonly { userId: string }[],
): Promise<string[]> {
  const users = new Map(about.map(({ userId }) => [userHash(context.secret, userId), userId]));
  const ids = [...users.keys()];
  const found = await forgotten(context)
    .find({ _id: { $in: ids } })
    .toArray();
  for (const { _id, upTo } of found) await forgetUpTo(context, users.get(_id)!, upTo);
  return found.filter(({ upTo }) => upTo >= FOR_EVER).map(({ _id }) => users.get(_id)!);
}

async function forgetUpTo(context: Context, userId: string, upTo: Date): Promise<void> {
  await forgetLogins(context, userId, upTo);
  await forgetOrigins(context, userId, upTo);
}
