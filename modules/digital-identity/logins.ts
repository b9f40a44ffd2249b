/** Logins in MongoDB: the browsers and addresses of each user, and the sessions that were seen. */
import type { Collection, Filter, IndexDescription, WithId } from 'mongodb';
import type { Known } from './score.ts';
import type { Login, Origin, Placed } from './device-signals.ts';
import { upsert } from './upsert.ts';
import type { Context } from './settings.ts';

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

export const traits = ({ db }: Context): Collection<TraitDocument> =>
  db.collection<TraitDocument>('traits');
export const sessions = ({ db }: Context): Collection<SessionDocument> =>
  db.collection<SessionDocument>('sessions');

/** Remembers what users came from. Whoever finds a session finds its browser and address, too. */
export async function storeLogins(context: Context, logins: readonly Login[]): Promise<void> {
  const lifeMs = context.settings.IDENTITY_RETENTION_MS;
  const documents = logins.map(({ userId, at, origin }) => {
    const { session: _id, ...from } = origin;
    const common = { userId, expiresAt: new Date(at.getTime() + lifeMs) };
    const trait = (kind: TraitDocument['kind']): TraitDocument => ({
      _id: from[kind],
      kind,
      firstSeen: at,
      lastSeen: at,
      ...common,
    });
    const session: SessionDocument = { _id, ...from, ...common };
    return { traits: [trait('browser'), trait('address')], session };
  });
  await upsert(
    context,
    'traits',
    documents.flatMap((one) => one.traits),
    {
      min: ['firstSeen'],
      max: ['lastSeen', 'expiresAt'],
    },
  );
  await upsert(
    context,
    'sessions',
    documents.map(({ session }) => session),
    { max: ['expiresAt'] },
  );
}

/**
 * What is known of where these orders come from. What the session of an order came from itself needs
 * no look.
 */
export async function findKnown(
  context: Context,
  placed: readonly Pick<Placed, 'origin'>[],
): Promise<Known> {
  const origins = placed.flatMap(({ origin }) => origin ?? []);
  const found = await findAll(
    sessions(context),
    origins.map(({ session }) => session),
  );
  const seen = new Map(found.map((session) => [session._id, session]));
  const elsewhere = origins.flatMap((origin) =>
    (['browser', 'address'] as const)
      .filter((part) => seen.get(origin.session)?.[part] !== origin[part])
      .map((part) => origin[part]),
  );
  return { firstSeen: await findFirstSeen(context, elsewhere), sessions: seen };
}

/** Since when these browsers and addresses are known, by their hashes. */
export async function findFirstSeen(
  context: Context,
  hashes: readonly string[],
): Promise<Map<string, Date>> {
  const found = await findAll(traits(context), hashes);
  return new Map(found.map(({ _id, firstSeen }) => [_id, firstSeen]));
}

/** Documents by their ids, all in the first answer. */
async function findAll<Shape extends { _id: string }>(
  collection: Collection<Shape>,
  ids: readonly string[],
): Promise<WithId<Shape>[]> {
  if (ids.length === 0) return [];
  const filter = { _id: { $in: ids } } as Filter<Shape>;
  return collection.find(filter, { batchSize: ids.length + 1 }).toArray();
}

/** The browsers or the addresses of a user, the last seen first, and how many there are. */
export async function findTraits(
  context: Context,
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
export async function forgetLogins(context: Context, userId: string, upTo: Date): Promise<void> {
  const lifeMs = context.settings.IDENTITY_RETENTION_MS;
  await Promise.all([
    traits(context).deleteMany({ userId, lastSeen: { $lte: upTo } }),
    traits(context).updateMany({ userId, firstSeen: { $lt: upTo } }, { $max: { firstSeen: upTo } }),
    sessions(context).updateMany(
      { userId, expiresAt: { $lte: new Date(upTo.getTime() + lifeMs) } },
      { $unset: { userId: '', browser: '', address: '' } },
    ),
  ]);
}
