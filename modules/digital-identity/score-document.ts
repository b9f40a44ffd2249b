/** A score as MongoDB holds it, and the event that reports it. */
import type { OutboxDocument, OutboxRecord } from '#host';
import { identityScored } from './events.ts';
import type { Score } from './score.ts';
import type { Origin, Placed } from './device-signals.ts';

export interface ScoreDocument extends OutboxDocument, Partial<Score> {
  /** The order's id. */
  _id: string;
  userId: string;
  placedAt: Date;
  /** What the order came from; absent where it did not say, or where its user was forgotten. */
  origin?: Origin;
  /** The session that it waits for, while it does. */
  waitingFor?: string;
  /** Continues the trace of the order, as long as it waits. */
  traceparent?: string;
  /** When the order was seen here. */
  createdAt: Date;
  /** When it was scored, or last changed. */
  updatedAt: Date;
  expiresAt: Date;
  outbox: OutboxRecord[];
}

type Cause = { traceparent?: string | undefined };

/** An order with its score, or without one where it has to wait. */
export interface ScoreInput {
  placed: Placed;
  score: Score | undefined;
  cause: Cause;
}

/** The document of an order that is new. */
export function newDocument(
  { placed, score, cause }: ScoreInput,
  retentionMs: number,
): ScoreDocument {
  const { orderId: _id, userId, placedAt, origin } = placed;
  const { traceparent } = cause;
  const now = new Date();
  return {
    _id,
    userId,
    placedAt,
    ...(origin && !score?.forgotten && { origin }),
    ...score,
    ...(!score && { waitingFor: origin?.session ?? '', ...(traceparent && { traceparent }) }),
    createdAt: now,
    updatedAt: now,
    expiresAt: new Date(placedAt.getTime() + retentionMs),
    outbox: score ? [scoredEvent({ _id, userId }, score.score, cause)] : [],
  };
}

/** The event that reports a score. */
export function scoredEvent(
  { _id: orderId, userId }: Pick<ScoreDocument, '_id' | 'userId'>,
  score: number,
  cause?: Cause,
): OutboxRecord {
  return identityScored.create({ orderId, userId, score }, cause);
}
