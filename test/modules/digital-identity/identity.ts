/** What tests of `digital-identity` share: logins and orders told, scores read. */
import type { Static, TObject } from 'typebox';
import type { Test } from 'tap';
import { digitalIdentity } from '../../../modules/digital-identity/index.ts';
import type {
  SessionDocument,
  SignalDocument,
} from '../../../modules/digital-identity/login-store.ts';
import type { ScoreDocument } from '../../../modules/digital-identity/score-document.ts';
import { sessionStarted } from '../../../modules/gateway/events.ts';
import { orderPlaced } from '../../../modules/orders/events.ts';
import type { EventContract } from '../../../src/bus/index.ts';
import { toEntry } from '../../../src/bus/contract/wire.ts';
import { entriesOf } from '../../shop.ts';
import { eventually, startTestHost, type TestHost } from '../../support.ts';

/** A host that runs `digital-identity` alone. */
export const startIdentity = (t: Test): Promise<TestHost> =>
  startTestHost(t, { modules: [digitalIdentity] });

/** The collections of the module. */
export function storedBy(host: TestHost) {
  const { db } = host.context('digital-identity');
  return {
    signals: db.collection<SignalDocument>('traits'),
    sessions: db.collection<SessionDocument>('sessions'),
    scores: db.collection<ScoreDocument>('scores'),
  };
}

/** Appends an event to its stream, as its module would. */
export async function tell<Data extends TObject>(
  { env }: TestHost,
  contract: EventContract<Data>,
  data: Static<Data>,
): Promise<void> {
  const key = env.keyPrefix + contract.stream;
  await env.redis.xadd(key, '*', ...toEntry(contract.create(data)));
}

export interface Origin {
  sessionId: string;
  browser: string;
  address: string;
}

/** Where alice is at home. */
export const HOME: Origin = { sessionId: 'session-1', browser: 'browser-1', address: 'address-1' };

/** Tells that a user has begun a session. */
export const login = (host: TestHost, userId = 'alice', origin = HOME): Promise<void> =>
  tell(host, sessionStarted, { ...origin, userId, kind: 'guest' });

/** Tells that an order was placed. */
export const placed = (
  host: TestHost,
  orderId: string,
  { userId = 'alice', origin = HOME, again = false }: Partial<Told> = {},
): Promise<void> =>
  tell(host, orderPlaced, {
    orderId,
    userId,
    currency: 'INR',
    totalAmount: 100,
    items: [{ productId: 'a', name: 'a', quantity: 1, unitPrice: 100 }],
    ...(origin && { origin }),
    ...(again && { again }),
  });

interface Told {
  userId: string;
  origin: Origin | null;
  again: boolean;
}

/** The scores of an order as they were published; one that was published twice counts once. */
export async function scoresOf(host: TestHost, orderId: string): Promise<number[]> {
  const entries = await entriesOf(host, 'IDENTITY_STREAM');
  const ofOrder = entries.filter((entry) => entry['orderId'] === orderId);
  return [...new Map(ofOrder.map((entry) => [entry['eventId'], entry])).values()].map(({ score }) =>
    Number(score),
  );
}

/** Waits for the score of an order. */
export async function scoreOf(host: TestHost, orderId: string): Promise<number> {
  const scores = await eventually(`${orderId} is scored`, async () => {
    const found = await scoresOf(host, orderId);
    return found.length > 0 && found;
  });
  if (scores.length > 1) throw new Error(`${orderId} was scored ${scores.length} times`);
  return scores[0]!;
}

/** Waits until something waits for its session, or nothing more does. */
export async function waiting(host: TestHost, count: number): Promise<void> {
  const { db } = host.context('digital-identity');
  await eventually(
    `${count} orders wait`,
    async () =>
      (await db.collection('scores').countDocuments({ waitingFor: { $exists: true } })) === count,
  );
}
