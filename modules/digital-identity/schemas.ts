/** What the operator's calls of `digital-identity` give, and how a score is explained. */
import { Type, type Static } from 'typebox';
import { Nullable } from '#host';
import type { SignalDocument } from './login-store.ts';
import type { ScoreDocument } from './score-document.ts';

const time = Type.String({ format: 'date-time' });

const Part = Type.Object({
  known: Type.Boolean(),
  since: Nullable(
    Type.String({ description: 'When it was first seen; null: unknown, or forgotten' }),
  ),
});

const ScoreResponse = Type.Object({
  orderId: Type.String(),
  userId: Type.String(),
  status: Type.Enum(['scored', 'pending']),
  score: Nullable(Type.Number({ minimum: 0, maximum: 1, description: 'Null while it is pending' })),
  browser: Nullable(Part),
  address: Nullable(Part),
  explanation: Type.String(),
  placedAt: time,
  scoredAt: Nullable(time),
});
export type ScoreResponse = Static<typeof ScoreResponse>;

const Signals = Type.Object({
  count: Type.Integer(),
  items: Type.Array(
    Type.Object({
      fingerprint: Type.String({ description: 'The beginning of its keyed hash' }),
      firstSeen: time,
      lastSeen: time,
    }),
    { description: 'The last seen first, at most 100' },
  ),
});

const Identity = Type.Object({ userId: Type.String(), browsers: Signals, addresses: Signals });
export type Identity = Static<typeof Identity>;

const userParams = Type.Object({ userId: Type.String({ minLength: 1, maxLength: 128 }) });

export const scoreSchema = {
  summary: 'The score of an order, and why it is what it is',
  params: Type.Object({ orderId: Type.String({ minLength: 1, maxLength: 128 }) }),
  response: { 200: ScoreResponse },
};

export const identitySchema = {
  summary: 'The browsers and addresses that a user is known by',
  params: userParams,
  response: { 200: Identity },
};

export const forgetSchema = {
  summary: 'Forgets for good what a user is known by; scores that were given stand',
  params: userParams,
  response: { 204: Type.Null({ description: 'All is forgotten' }) },
};

/** A score as the operator sees it; `seen` says since when its browser and address are known. */
export function presentScore(
  document: ScoreDocument,
  seen: ReadonlyMap<string, Date>,
): Static<typeof ScoreResponse> {
  const { _id: orderId, userId, score = null, matched, origin, placedAt, updatedAt } = document;
  const part = (name: 'browser' | 'address') => {
    if (!matched) return null;
    const since = matched[name] && origin ? seen.get(origin[name]) : undefined;
    return { known: matched[name], since: since?.toISOString() ?? null };
  };
  return {
    orderId,
    userId,
    status: score === null ? 'pending' : 'scored',
    score,
    browser: part('browser'),
    address: part('address'),
    explanation: explain(document),
    placedAt: placedAt.toISOString(),
    scoredAt: score === null ? null : updatedAt.toISOString(),
  };
}

const WORTH = { true: 'known: 0.5', false: 'not known: 0' };

function explain({ waitingFor, matched, forgotten }: ScoreDocument): string {
  if (waitingFor !== undefined)
    return 'The session of the order has not been seen yet. The order is scored when it comes, or before long by what is known of the user.';
  if (forgotten)
    return 'Its user was forgotten after the session of the order began, so there is nothing to compare it with.';
  if (!matched)
    return 'The order does not say where it comes from, so there is nothing that speaks against it.';
  const { browser, address } = matched;
  return `The browser is ${WORTH[`${browser}`]}. The address is ${WORTH[`${address}`]}.`;
}

/** What a user is known by, as the operator sees it. */
export function presentSignals({
  count,
  found,
}: {
  count: number;
  found: readonly SignalDocument[];
}): Static<typeof Signals> {
  const items = found.map(({ _id, firstSeen, lastSeen }) => ({
    fingerprint: _id.slice(0, 8),
    firstSeen: firstSeen.toISOString(),
    lastSeen: lastSeen.toISOString(),
  }));
  return { count, items };
}
