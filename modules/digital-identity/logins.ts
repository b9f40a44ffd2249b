/** Logins in MongoDB: the browsers and addresses of each user, and the sessions that were seen. */
import type { Collection, IndexDescription } from 'mongodb';
import type { ModuleContext } from '#host';
import type { Known } from './score.ts';
import type { Login, Origin, Placed } from './traits.ts';

export interface TraitDocument {
  /** The hash of the browser or the address. */
  _id: string;
  userId: string;
  kind: 'browser' | 'address';
  firstSeen: Date;
  lastSeen: Date;
  expiresAt: Date;
}

/** One of a forgotten user has nothing but its hash and its end: it was there, which is all it tells. */
export interface SessionDocument extends Partial<Pick<Origin, 'browser' | 'address'>> {
  /** The hash of the session. */
  _id: string;
  userId?: string;
  expiresAt: Date;
}

/** MongoDB takes a document away when its time is over. */
export const EXPIRES: IndexDescription = {
  name: 'expires',
  key: { expiresAt: 1 },
  expireAfterSeconds: 0,
};

export const loginIndexes: IndexDescription[] = [
  { name: 'user', key: { userId: 1, lastSeen: -1 } },
  EXPIRES,
];

export const traits = ({ db }: ModuleContext): Collection<TraitDocument> =>
  db.collection<TraitDocument>('traits');
export const sessions = ({ db }: ModuleContext): Collection<SessionDocument> =>
  db.collection<SessionDocument>('sessions');

/** Remembers what users came from. Whoever finds a session finds its browser and address, too. */
export async function storeLogins(context: ModuleContext, logins: readonly Login[]): Promise<void> {
  const lifeMs = context.config.IDENTITY_RETENTION_MS;
  const expiry = (at: Date): Date => new Date(at.getTime() + lifeMs);
  await traits(context).bulkWrite(
    logins.flatMap(({ userId, at, origin }) =>
      (['browser', 'address'] as const).map((kind) => ({
        updateOne: {
          filter: { _id: origin[kind] },
          update: {
            $setOnInsert: { userId, kind },
            $min: { firstSeen: at },
            $max: { lastSeen: at, expiresAt: expiry(at) },
          },
          upsert: true,
        },
      })),
    ),
    { ordered: false },
  );
  await sessions(context).bulkWrite(
    logins.map(({ userId, at, origin: { session: _id, browser, address } }) => ({
      updateOne: {
        filter: { _id },
        update: {
          $setOnInsert: { userId, browser, address },
          $max: { expiresAt: expiry(at) },
        },
        upsert: true,
      },
    })),
    { ordered: false },
  );
}

/** What is known of where these orders come from. */
export async function findKnown(
  context: ModuleContext,
  placed: readonly Pick<Placed, 'origin'>[],
): Promise<Known> {
  const origins = placed.flatMap(({ origin }) => origin ?? []);
  const sessionIds = origins.map(({ session }) => session);
  const traitIds = origins.flatMap(({ browser, address }) => [browser, address]);
  // The sessions first: of one that is seen here, what it came from is seen after.
  const seen = await sessions(context)
    .find({ _id: { $in: sessionIds } })
    .toArray();
  const found = await traits(context)
    .find({ _id: { $in: traitIds } })
    .toArray();
  return {
    firstSeen: new Map(found.map(({ _id, firstSeen }) => [_id, firstSeen])),
    sessions: new Map(seen.map((session) => [session._id, session])),
  };
}

/** The browsers or the addresses of a user, the last seen first, and how many there are. */
export async function findTraits(
  context: ModuleContext,
  userId: string,
  kind: TraitDocument['kind'],
  limit: number,
): Promise<{ count: number; found: TraitDocument[] }> {
  const [count, found] = await Promise.all([
    traits(context).countDocuments({ userId, kind }),
    traits(context).find({ userId, kind }).sort({ lastSeen: -1 }).limit(limit).toArray(),
  ]);
  return { count, found };
}

/**
 * Forgets the logins of a user up to a time. Their sessions stay, without the user and what they came
 * from: an order from one that lives on need not wait for it.
 */
export async function forgetLogins(
  context: ModuleContext,
  userId: string,
  upTo: Date,
): Promise<void> {
  const lifeMs = context.config.IDENTITY_RETENTION_MS;
  await Promise.all([
    traits(context).deleteMany({ userId, lastSeen: { $lte: upTo } }),
    traits(context).updateMany({ userId, firstSeen: { $lt: upTo } }, { $max: { firstSeen: upTo } }),
    sessions(context).updateMany(
      { userId, expiresAt: { $lte: new Date(upTo.getTime() + lifeMs) } },
      { $unset: { userId: '', browser: '', address: '' } },
    ),
  ]);
}
