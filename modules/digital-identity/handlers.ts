/** What `digital-identity` does when users sign in and order. */
import type { Filter } from 'mongodb';
import type { EventOf } from '#host';
import type { sessionStarted } from '../gateway/events.ts';
import type { orderPlaced } from '../orders/events.ts';
import { eraseAgain } from './erasure.ts';
import { forget, forgetAgain } from './forgetting.ts';
import { findKnown, storeLogins } from './logins.ts';
import { newDocument, scoredEvent, type ScoreDocument } from './score-document.ts';
import { isReady, scoreOf } from './score.ts';
import { scores, settleScores, storeScores, waitingOrders } from './store.ts';
import { loginOf, placedOf } from './device-signals.ts';
import type { Context } from './settings.ts';

/** How long an order waits for its session, in ms. */
export const WAIT_MS = 30_000;

/** Remembers what users came from, and scores the orders that have waited for these sessions. */
export async function rememberLogins(
  events: EventOf<typeof sessionStarted>[],
  context: Context,
): Promise<void> {
  const logins = events.map((event) => loginOf(context.secret, event));
  await storeLogins(context, logins);
  await forgetAgain(context, logins);
  await settle(
    context,
    { waitingFor: { $in: logins.map(({ origin }) => origin.session) } },
    'ready',
  );
}

/**
 * Scores orders. One whose session has not been seen is stored and waits. It is looked at again after
 * that: the session may have come between the look and the write, and found nobody waiting.
 */
export async function scoreOrders(
  events: EventOf<typeof orderPlaced>[],
  context: Context,
): Promise<void> {
  const placed = events.map((event) => placedOf(context.secret, event));
  const known = await findKnown(context, placed);
  const documents = placed.map((one, i) => {
    const score = isReady(one, known) ? scoreOf(one, known) : undefined;
    return newDocument(context, { placed: one, score, cause: events[i]! });
  });
  const stored = await storeScores(context, documents);
  const isDone = ({ _id, score }: ScoreDocument): boolean =>
    score !== undefined && !stored.has(_id);
  await Promise.all([
    context.publish('scores', documents.filter(isDone)),
    forgetAgain(context, placed).then((erased) => eraseAgain(context, erased)),
  ]);
  const others = events.filter((_, i) => !isDone(documents[i]!));
  if (others.length === 0) return;
  await settle(context, { _id: { $in: others.map(({ data }) => data.orderId) } }, 'ready');
  const missed = others.filter(({ data }) => data.again).map(({ data }) => data.orderId);
  if (missed.length > 0) await tellAgain(context, { _id: { $in: missed } });
}

/** Scores the orders that have waited for long by what is known of their users. */
export async function scoreOverdue(context: Context): Promise<void> {
  await settle(context, { createdAt: { $lt: new Date(Date.now() - WAIT_MS) } }, 'anyway');
}

/** Scores the waiting orders that fit the filter: those whose sessions have come, or all. */
async function settle(
  context: Context,
  filter: Filter<ScoreDocument>,
  which: 'ready' | 'anyway',
): Promise<void> {
  for await (const waiting of waitingOrders(context, filter)) {
    const known = await findKnown(context, waiting);
    await settleScores(
      context,
      waiting
        .filter((one) => which === 'anyway' || isReady(one, known))
        .map((one) => ({ waiting: one, score: scoreOf(one, known) })),
    );
  }
}

/** Forgets what a user is known by. Orders that wait are scored before. */
export async function forgetUser(context: Context, userId: string): Promise<void> {
  await settle(context, { userId }, 'anyway');
  await forget(context, userId, new Date());
}

/** Publishes the scores again that were made since the given time, in ms since the epoch. */
export async function recover(context: Context, since: number): Promise<void> {
  await tellAgain(context, { updatedAt: { $gte: new Date(since) } });
}

async function tellAgain(context: Context, filter: Filter<ScoreDocument>): Promise<void> {
  const found = scores(context).find({ ...filter, score: { $exists: true } });
  await context.republish(found.map((document) => scoredEvent(document, document.score!)));
}
