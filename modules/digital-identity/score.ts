/** The score of an order: half for a browser, half for an address that the user is known by. */
import type { Origin, Placed } from './device-signals.ts';

/** What is known of the users of some orders. */
export interface Known {
  /** Since when each browser and address is known, by its hash. */
  firstSeen: ReadonlyMap<string, Date>;
  /** What the sessions of the orders came from when they began, by the session's hash. */
  sessions: ReadonlyMap<string, Partial<Pick<Origin, 'browser' | 'address'>>>;
}

export interface Score {
  score: number;
  /** Which part was known; absent where the order did not say where it comes from. */
  matched?: { browser: boolean; address: boolean };
  /** Set where what its session came from was forgotten, so that there was nothing to compare. */
  forgotten?: true;
}

/** Whether all is there to score the order: nothing to compare, or its session has been seen. */
export function isReady({ origin }: Pick<Placed, 'origin'>, { sessions }: Known): boolean {
  return origin === undefined || sessions.has(origin.session);
}

/**
 * Scores an order by the logins of its user up to the time of the order, and by that of its own
 * session, whatever the clocks of the two processes say. So a login that comes later changes nothing.
 * An order that does not say where it comes from has nothing that speaks against it, nor has one whose
 * session began before its user was forgotten.
 */
export function scoreOf(
  { origin, placedAt }: Pick<Placed, 'origin' | 'placedAt'>,
  known: Known,
): Score {
  if (!origin) return { score: 1 };
  const own = known.sessions.get(origin.session);
  if (own && own.browser === undefined) return { score: 1, forgotten: true };
  const isKnown = (part: 'browser' | 'address'): boolean => {
    const since = known.firstSeen.get(origin[part]);
    return own?.[part] === origin[part] || (since !== undefined && since <= placedAt);
  };
  const matched = { browser: isKnown('browser'), address: isKnown('address') };
  return { score: (matched.browser ? 0.5 : 0) + (matched.address ? 0.5 : 0), matched };
}
