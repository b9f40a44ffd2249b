/** What users are known by: browsers and addresses, as keyed hashes alone. */
import { macOf, type EventOf } from '#host';
import type { sessionStarted } from '../gateway/events.ts';
import type { orderPlaced, orderPlacedForDelivery } from '../orders/events.ts';

/** A session with what it came from; each is a hash that is worth nothing without our secret. */
export interface Origin {
  session: string;
  browser: string;
  address: string;
}

/** A user who has begun a session. */
export interface Login {
  userId: string;
  at: Date;
  origin: Origin;
}

/** An order that wants its score. */
export interface Placed {
  orderId: string;
  userId: string;
  placedAt: Date;
  /** Where it comes from; other services than ours do not say. */
  origin?: Origin | undefined;
}

/** An order, to be delivered or not. */
export type OrderPlaced = typeof orderPlaced | typeof orderPlacedForDelivery;

/** Reads a login. */
export function loginOf(secret: Buffer, { at, data }: EventOf<typeof sessionStarted>): Login {
  const { userId } = data;
  return { userId, at: new Date(at), origin: originOf(secret, userId, data) };
}

/** Reads an order. */
export function placedOf(secret: Buffer, { at, data }: EventOf<OrderPlaced>): Placed {
  const { orderId, userId, origin } = data;
  return {
    orderId,
    userId,
    placedAt: new Date(at),
    origin: origin && originOf(secret, userId, origin),
  };
}

/**
 * The user's id goes into each hash, so that none tells that two users have a browser or an address
 * in common, and so that a session counts for its own user alone.
 */
function originOf(
  secret: Buffer,
  userId: string,
  from: { sessionId: string; browser: string; address: string },
): Origin {
  return {
    session: hash(secret, ['session', userId, from.sessionId]),
    browser: hash(secret, ['browser', userId, from.browser]),
    address: hash(secret, ['address', userId, from.address]),
  };
}

/** The hash by which a user is found whom we have forgotten. */
export function userHash(secret: Buffer, userId: string): string {
  return hash(secret, ['user', userId]);
}

function hash(secret: Buffer, parts: string[]): string {
  return macOf(secret, JSON.stringify(parts));
}
