/** Scores in MongoDB, each with its event; those that wait for their session have none yet. */
import type { Collection, Filter, IndexDescription } from 'mongodb';
import { chunk, type OutboxDocument } from '#host';
import { EXPIRES } from './logins.ts';
import { scoredEvent, type ScoreDocument } from './score-document.ts';
import type { Score } from './score.ts';
import { upsert } from './upsert.ts';
import type { Context } from './settings.ts';

/** Orders that are scored at a time. */
const BATCH = 500;

export const scoreIndexes: IndexDescription[] = [
  {
    name: 'waiting',
    key: { waitingFor: 1, createdAt: 1 },
    partialFilterExpression: { waitingFor: { $exists: true } },
  },
  { name: 'updated', key: { updatedAt: 1 } },
  { name: 'user', key: { userId: 1 } },
  EXPIRES,
];

export const scores = ({ db }: Context): Collection<ScoreDocument> =>
  db.collection<ScoreDocument>('scores');

/** Stores orders that are new. Gives the ids of those that were there already. */
export function storeScores(
  context: Context,
  documents: readonly ScoreDocument[],
): Promise<Set<string>> {
  // An order that is published again has a later time then.
  return upsert(context, 'scores', documents, { min: ['placedAt'], max: ['expiresAt'] });
}

/** The orders that wait for their session and fit the filter, some at a time. */
export function waitingOrders(
  context: Context,
  filter: Filter<ScoreDocument>,
): AsyncGenerator<ScoreDocument[]> {
  return chunk(scores(context).find({ waitingFor: { $exists: true }, ...filter }), BATCH);
}

/** Stores the scores of orders that wait, and publishes those that are the first of their orders. */
export async function settleScores(
  context: Context,
  settled: readonly { waiting: ScoreDocument; score: Score }[],
): Promise<void> {
  if (settled.length === 0) return;
  const written = settled.map(({ waiting, score }) => ({
    _id: waiting._id,
    score,
    event: scoredEvent(waiting, score.score, waiting),
  }));
  const { modifiedCount } = await scores(context).bulkWrite(
    written.map(({ _id, score, event }) => ({
      updateOne: {
        filter: { _id, waitingFor: { $exists: true } },
        update: {
          $set: { ...score, updatedAt: new Date() },
          $unset: { waitingFor: '', traceparent: '', ...(score.forgotten && { origin: '' }) },
          $push: { outbox: event },
        },
      },
    })),
    { ordered: false },
  );
  const documents: OutboxDocument[] = written.map(({ _id, event }) => ({ _id, outbox: [event] }));
  // Where another process was faster with some, their documents say which events there are.
  const unpublished =
    modifiedCount === written.length
      ? documents
      : await scores(context)
          .find({ _id: { $in: written.map(({ _id }) => _id) }, 'outbox.0': { $exists: true } })
          .toArray();
  await context.publish('scores', unpublished);
}

/** Forgets what the scored orders of a user came from that were placed up to a time; the scores stand. */
export async function forgetOrigins(context: Context, userId: string, upTo: Date): Promise<void> {
  await scores(context).updateMany(
    { userId, placedAt: { $lte: upTo }, waitingFor: { $exists: false } },
    { $unset: { origin: '' } },
  );
}
