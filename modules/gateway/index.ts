/** `gateway`: the one endpoint: sessions, limits, and the way to other processes. */
import { defineModule } from '#host';
import { accountIndexes, upgradeAccounts } from './account-store.ts';
import { authenticate } from './authentication.ts';
import { useCookies } from './cookie.ts';
import { useCors } from './cors.ts';
import { customerRoutes } from './customer-routes.ts';
import { mergeDocuments } from './openapi-merge.ts';
import { endErasures, erasedSince, erasureIndexes, personalData } from './erasure.ts';
import { customerErased, sessionStarted, SESSIONS_STREAM } from './events.ts';
import { endStreams, noteStreams } from './open-streams.ts';
import { passOn } from './proxy.ts';
import { sessionRoutes } from './routes.ts';
import { noteCopies, sessionIndexes, startedSince } from './session-store.ts';
import { forgetRevoked } from './sessions.ts';
import { settings } from './settings.ts';

export const gateway = defineModule({
  name: 'gateway',
  description: 'Sessions and accounts',
  stream: SESSIONS_STREAM,
  publishes: [sessionStarted, customerErased],
  settings,
  collections: {
    sessions: { indexes: sessionIndexes, outbox: true },
    accounts: { indexes: accountIndexes },
    erasures: { indexes: erasureIndexes, outbox: true },
  },
  provides: ['routes', 'adminRoutes', 'requestHooks', 'eventHistory', 'personalData'],
  setup: (context) => ({
    /** In this order every request is seen. */
    async requestHooks(app) {
      await useCookies(app, context.secret);
      // Before anything is refused: a page has to be able to read the refusal.
      await useCors(app, context.settings);
      authenticate(app, context);
      noteStreams(app, context);
      mergeDocuments(app, context);
    },
    async routes(app) {
      await sessionRoutes(context)(app);
      await passOn(context)(app);
    },
    adminRoutes: customerRoutes(context),
    personalData: (userId) => personalData(context, userId),
    start: () => upgradeAccounts(context),
    async recover(since) {
      // A Redis that lost its last writes has copies of sessions back that were revoked.
      await noteCopies(context, since);
      await forgetRevoked(context);
      await context.republish(erasedSince(context, since));
      await context.republish(startedSince(context, since));
    },
    async *eventHistory() {
      yield* startedSince(context, 0);
      yield* erasedSince(context, 0);
    },
    jobs: [
      { name: 'forgetting revoked sessions', everyMs: 5000, run: () => forgetRevoked(context) },
      {
        name: 'ending the streams of ended sessions',
        everyMs: 1000,
        run: () => endStreams(context),
      },
      { name: 'ending erasures', everyMs: 5000, run: () => endErasures(context) },
    ],
  }),
});
