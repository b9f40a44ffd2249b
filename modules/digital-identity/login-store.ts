/** Logins in MongoDB: the browsers and addresses of each user, and the sessions that were seen. */
import type { Collection, Filter, IndexDescription, WithId } from 'mongodb';
import type { ModuleContext } from '#host';
import type { Known } from './score.ts';
import type { Login, Origin, Placed } from './device-signals.ts';
import { upsert } from './upsert.ts';

export interface SignalDocument {
  /** The hash of the browser or the address. */
  _id: string;
  userId: string;
  kind: 'browser' | 'address';
  firstSeen: Date;
  lastSeen: Date;
  expiresAt: Date;
}

/** One of a forgotten user has nothing but its hash and its end: it was there, which is all it says. */
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

export interface LoginStore {
  readonly signals: Collection<SignalDocument>;
  readonly sessions: Collection<SessionDocument>;
  /** Remembers what users came from. Whoever finds a session finds its browser and address, too. */
  insert(logins: readonly Login[]): Promise<void>;
  /**
   * What is known of where these orders come from. What the session of an order came from itself needs
   * no look.
   */
  findKnown(placed: readonly Pick<Placed, 'origin'>[]): Promise<Known>;
  /** Since when these browsers and addresses are known, by their hashes. */
  findFirstSeen(hashes: readonly string[]): Promise<Map<string, Date>>;
  /** The browsers or the addresses of a user, the last seen first, and how many there are. */
  findSignals(
    userId: string,
    kind: SignalDocument['kind'],
    limit: number,
  ): Promise<{ count: number; found: SignalDocument[] }>;
  /**
   * Forgets the logins of a user up to a time. Their sessions stay, without the user and what they came
   * from: an order from one that lives on need not wait for it.
   */
  forget(userId: string, upTo: Date): Promise<void>;
}

/** The logins in a database, which are kept for `retentionMs`. */
export function createLoginStore(
  context: Pick<ModuleContext, 'db' | 'insert'>,
  retentionMs: number,
): LoginStore {
  const signals = context.db.collection<SignalDocument>('traits');
  const sessions = context.db.collection<SessionDocument>('sessions');

  async function findFirstSeen(hashes: readonly string[]): Promise<Map<string, Date>> {
    const found = await findAll(signals, hashes);
    return new Map(found.map(({ _id, firstSeen }) => [_id, firstSeen]));
  }

  return {
    signals,
    sessions,
    async insert(logins) {
      const documents = logins.map((login) => documentsOf(login, retentionMs));
      await upsert(
        context,
        'traits',
        documents.flatMap((one) => one.signals),
        { min: ['firstSeen'], max: ['lastSeen', 'expiresAt'] },
      );
      await upsert(
        context,
        'sessions',
        documents.map(({ session }) => session),
        { max: ['expiresAt'] },
      );
    },
    async findKnown(placed) {
      const origins = placed.flatMap(({ origin }) => origin ?? []);
      const found = await findAll(
        sessions,
        origins.map(({ session }) => session),
      );
      const seen = new Map(found.map((session) => [session._id, session]));
      const others = origins.flatMap((origin) =>
        (['browser', 'address'] as const)
          .filter((part) => seen.get(origin.session)?.[part] !== origin[part])
          .map((part) => origin[part]),
      );
      return { firstSeen: await findFirstSeen(others), sessions: seen };
    },
    findFirstSeen,
    async findSignals(userId, kind, limit) {
      const [count, found] = await Promise.all([
        signals.countDocuments({ userId, kind }),
        signals.find({ userId, kind }).sort({ lastSeen: -1 }).limit(limit).toArray(),
      ]);
      return { count, found };
    },
    async forget(userId, upTo) {
      await Promise.all([
        signals.deleteMany({ userId, lastSeen: { $lte: upTo } }),
        signals.updateMany({ userId, firstSeen: { $lt: upTo } }, { $max: { firstSeen: upTo } }),
        sessions.updateMany(
          { userId, expiresAt: { $lte: new Date(upTo.getTime() + retentionMs) } },
          { $unset: { userId: '', browser: '', address: '' } },
        ),
      ]);
    },
  };
}

function documentsOf({ userId, at, origin }: Login, retentionMs: number) {
  const { session: _id, ...from } = origin;
  const common = { userId, expiresAt: new Date(at.getTime() + retentionMs) };
  const signal = (kind: SignalDocument['kind']): SignalDocument => ({
    _id: from[kind],
    kind,
    firstSeen: at,
    lastSeen: at,
    ...common,
  });
  const session: SessionDocument = { _id, ...from, ...common };
  return { signals: [signal('browser'), signal('address')], session };
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
