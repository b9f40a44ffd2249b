/** The operator's calls of `digital-identity`: why a score is what it is, and forgetting a user. */
import { DomainError, recordChange, type Routes } from '#host';
import type { Scoring } from './handlers.ts';
import type { LoginStore } from './login-store.ts';
import {
  forgetSchema,
  identitySchema,
  presentScore,
  presentSignals,
  scoreSchema,
} from './schemas.ts';
import type { ScoreStore } from './score-store.ts';

/** Browsers, and addresses, of a user that are shown. */
const SHOWN = 100;

/** Adds the score of an order, what a user is known by, and forgetting that. */
export const identityRoutes =
  ({
    logins,
    scores,
    scoring,
  }: {
    logins: LoginStore;
    scores: ScoreStore;
    scoring: Scoring;
  }): Routes =>
  (app) => {
    app.get('/identities/scores/:orderId', { schema: scoreSchema }, async ({ params }) => {
      const score = await scores.scores.findOne({ _id: params.orderId });
      if (!score) {
        const message = `No order ${params.orderId} has come to be scored.`;
        throw new DomainError('not-found', 'unknown-score', message);
      }
      const { browser, address } = score.origin ?? {};
      const hashes = [browser, address].filter((hash) => hash !== undefined);
      return presentScore(score, await logins.findFirstSeen(hashes));
    });

    app.get('/identities/:userId', { schema: identitySchema }, async ({ params: { userId } }) => {
      const browsers = await logins.findSignals(userId, 'browser', SHOWN);
      const addresses = await logins.findSignals(userId, 'address', SHOWN);
      if (browsers.count + addresses.count === 0) {
        const message = `Nothing is known of a user ${userId}.`;
        throw new DomainError('not-found', 'unknown-user', message);
      }
      return { userId, browsers: presentSignals(browsers), addresses: presentSignals(addresses) };
    });

    app.delete('/identities/:userId', { schema: forgetSchema }, async (request, reply) => {
      const { userId } = request.params;
      const [browsers, addresses] = await Promise.all([
        logins.findSignals(userId, 'browser', 1),
        logins.findSignals(userId, 'address', 1),
      ]);
      const before = { browsers: browsers.count, addresses: addresses.count };
      await scoring.forgetUser(userId);
      recordChange(request, {
        target: `customers/${userId}`,
        before,
        after: { browsers: 0, addresses: 0 },
      });
      request.log.info('the operator had a user forgotten');
      return reply.code(204).send(null);
    });
  };
