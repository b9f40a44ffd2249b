/** What `digital-identity` does when users sign in and order, and when one is erased. */
import type { Filter } from 'mongodb';
import {
  createErasure,
  outboxUnder,
  type Erasure,
  type EventOf,
  type ModuleContext,
  type Pseudonyms,
} from '#host';
import type { sessionStarted } from '../gateway/events.ts';
import { loginOf, placedOf, type OrderPlaced } from './device-signals.ts';
import type { Forgetting } from './forgetting.ts';
import type { LoginStore } from './login-store.ts';
import { newDocument, scoredEvent, type ScoreDocument } from './score-document.ts';
import type { ScoreStore } from './score-store.ts';
import { isReady, scoreOf } from './score.ts';

/** How long an order waits for its session, in ms. */
export const WAIT_MS = 30_000;

export interface Scoring {
  /** Remembers what users came from, and scores the orders that have waited for these sessions. */
  rememberLogins(events: EventOf<typeof sessionStarted>[]): Promise<void>;
  /**
   * Scores orders. One whose session has not been seen is stored and waits. It is looked at again after
   * that: the session may have come between the look and the write, and found nobody waiting.
   */
  scoreOrders(events: EventOf<OrderPlaced>[]): Promise<void>;
  /** Scores the orders that have waited for long by what is known of their users. */
  scoreOverdue(): Promise<void>;
  /** Forgets what a user is known by. Orders that wait are scored before. */
  forgetUser(userId: string): Promise<void>;
  /** Publishes the scores again that were made since the given time, in ms since the epoch. */
  recover(since: number): Promise<void>;
}

export function createScoring(
  { secret, republish }: Pick<ModuleContext, 'secret' | 'republish'>,
  options: {
    logins: LoginStore;
    scores: ScoreStore;
    forgetting: Forgetting;
    erasure: Erasure;
    /** How long a score is kept, in ms. */
    retentionMs: number;
  },
): Scoring {
  const { logins, scores, forgetting, erasure, retentionMs } = options;

  /** Scores the waiting orders that fit the filter: those whose sessions have come, or all. */
  async function completeScores(
    filter: Filter<ScoreDocument>,
    which: 'ready' | 'anyway',
  ): Promise<void> {
    for await (const waiting of scores.waiting(filter)) {
      const known = await logins.findKnown(waiting);
      await scores.complete(
        waiting
          .filter((one) => which === 'anyway' || isReady(one, known))
          .map((one) => ({ waiting: one, score: scoreOf(one, known) })),
      );
    }
  }

  async function republishScores(filter: Filter<ScoreDocument>): Promise<void> {
    const found = scores.scores.find({ ...filter, score: { $exists: true } });
    await republish(found.map((document) => scoredEvent(document, document.score!)));
  }

  return {
    async rememberLogins(events) {
      const seen = events.map((event) => loginOf(secret, event));
      await logins.insert(seen);
      await forgetting.forgetAgain(seen);
      const sessions = seen.map(({ origin }) => origin.session);
      await completeScores({ waitingFor: { $in: sessions } }, 'ready');
    },
    async scoreOrders(events) {
      const placed = events.map((event) => placedOf(secret, event));
      const known = await logins.findKnown(placed);
      const documents = placed.map((one, i) => {
        const score = isReady(one, known) ? scoreOf(one, known) : undefined;
        return newDocument({ placed: one, score, cause: events[i]! }, retentionMs);
      });
      const stored = await scores.insert(documents);
      const isDone = ({ _id, score }: ScoreDocument): boolean =>
        score !== undefined && !stored.has(_id);
      await Promise.all([
        scores.publish(documents.filter(isDone)),
        forgetting.forgetAgain(placed).then((erased) => erasure.eraseAgain(erased)),
      ]);
      const others = events.filter((_, i) => !isDone(documents[i]!));
      if (others.length === 0) return;
      await completeScores({ _id: { $in: others.map(({ data }) => data.orderId) } }, 'ready');
      const missed = others.filter(({ data }) => data.again).map(({ data }) => data.orderId);
      if (missed.length > 0) await republishScores({ _id: { $in: missed } });
    },
    scoreOverdue: () =>
      completeScores({ createdAt: { $lt: new Date(Date.now() - WAIT_MS) } }, 'anyway'),
    async forgetUser(userId) {
      await completeScores({ userId }, 'anyway');
      await forgetting.forget(userId, new Date());
    },
    recover: (since) => republishScores({ updatedAt: { $gte: new Date(since) } }),
  };
}

/**
 * Forgets a customer for good. The scores stay under the pseudonym; what still waits for its session is
 * scored as if it had nothing to compare with, so that orders go on to their end.
 */
export function createIdentityErasure(
  pseudonyms: Pseudonyms,
  { scores, forgetting }: { scores: ScoreStore; forgetting: Forgetting },
): Erasure {
  return createErasure(pseudonyms, async (userId, pseudonym) => {
    await forgetting.forgetForEver(userId);
    await scores.scores.updateMany({ userId }, [
      {
        $set: {
          userId: { $literal: pseudonym },
          outbox: outboxUnder(pseudonym),
          forgotten: true,
        },
      },
      { $unset: ['origin', 'matched'] },
    ]);
    for await (const some of scores.waiting({ userId: pseudonym }))
      await scores.complete(
        some.map((waiting) => ({ waiting, score: { score: 1, forgotten: true } })),
      );
  });
}

/** All that a user is known by, and the scores of the orders. */
export async function* personalData(
  { signals, sessions }: LoginStore,
  { scores }: ScoreStore,
  userId: string,
): AsyncGenerator<object> {
  for await (const one of signals.find({ userId })) {
    const { _id: fingerprint, kind, firstSeen, lastSeen, expiresAt } = one;
    yield { record: kind, fingerprint, firstSeen, lastSeen, expiresAt };
  }
  for await (const one of sessions.find({ userId })) {
    const { _id: fingerprint, browser, address, expiresAt } = one;
    yield { record: 'session', fingerprint, browser, address, expiresAt };
  }
  for await (const { outbox: _outbox, _id: orderId, ...score } of scores.find({ userId }))
    yield { record: 'score', orderId, ...score };
}
