/** Scores in MongoDB, each with its event; those that wait for their session have none yet. */
import type { Collection, Filter, IndexDescription } from 'mongodb';
import { chunk, type ModuleContext, type OutboxDocument } from '#host';
import { EXPIRES } from './login-store.ts';
import { scoredEvent, type ScoreDocument } from './score-document.ts';
import type { Score } from './score.ts';
import { upsert } from './upsert.ts';

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

export interface ScoreStore {
  readonly scores: Collection<ScoreDocument>;
  /** Stores orders that are new. Gives the ids of those that were there already. */
  insert(documents: readonly ScoreDocument[]): Promise<Set<string>>;
  /** Publishes the events of documents that were just stored. */
  publish(documents: readonly OutboxDocument[]): Promise<void>;
  /** The orders that wait for their session and fit the filter, some at a time. */
  waiting(filter: Filter<ScoreDocument>): AsyncIterable<ScoreDocument[]>;
  /** Stores the scores of orders that wait, and publishes those that are the first of their orders. */
  complete(completed: readonly { waiting: ScoreDocument; score: Score }[]): Promise<void>;
  /** Forgets what the scored orders of a user came from that were placed up to a time; the scores stand. */
  forgetOrigins(userId: string, upTo: Date): Promise<void>;
}

export function createScoreStore(
  context: Pick<ModuleContext, 'db' | 'insert' | 'publish'>,
): ScoreStore {
  const scores = context.db.collection<ScoreDocument>('scores');
  const publish: ScoreStore['publish'] = (documents) => context.publish('scores', documents);
  return {
    scores,
    publish,
    // An order that is published again has a later time then.
    insert: (documents) =>
      upsert(context, 'scores', documents, { min: ['placedAt'], max: ['expiresAt'] }),
    waiting: (filter) => chunk(scores.find({ waitingFor: { $exists: true }, ...filter }), BATCH),
    async complete(completed) {
      if (completed.length === 0) return;
      const written = completed.map(({ waiting, score }) => ({
        _id: waiting._id,
        score,
        event: scoredEvent(waiting, score.score, waiting),
      }));
      const { modifiedCount } = await scores.bulkWrite(
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
      if (modifiedCount === written.length)
        return publish(written.map(({ _id, event }) => ({ _id, outbox: [event] })));
      // Where another process was faster with some, their documents say which events there are.
      const ids = written.map(({ _id }) => _id);
      const unpublished = await scores
        .find({ _id: { $in: ids }, 'outbox.0': { $exists: true } })
        .toArray();
      return publish(unpublished);
    },
    async forgetOrigins(userId, upTo) {
      await scores.updateMany(
        { userId, placedAt: { $lte: upTo }, waitingFor: { $exists: false } },
        { $unset: { origin: '' } },
      );
    },
  };
}
