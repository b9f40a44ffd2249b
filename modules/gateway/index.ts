/** `gateway`: the one endpoint: sessions, limits, and the way to other processes. */
import { defineModule } from '#host';
import { accountIndexes, upgradeAccounts } from './account-store.ts';
import { customerRoutes } from './customer-routes.ts';
import { edge } from './edge.ts';
import { endErasures, erasedSince, erasureIndexes, personalData } from './erasure.ts';
import { customerErased, sessionStarted, SESSIONS_STREAM } from './events.ts';
import { endStreams } from './open-streams.ts';
import { passOn } from './pass-on.ts';
import { recover } from './recover.ts';
import { sessionRoutes } from './routes.ts';
import { sessionIndexes, startedSince } from './session-store.ts';
import { forgetRevoked } from './sessions.ts';

export const gateway = defineModule({
  name: 'gateway',
  description: 'Sessions and accounts',
  stream: SESSIONS_STREAM,
  publishes: [sessionStarted, customerErased],
  collections: {
    sessions: { indexes: sessionIndexes, outbox: true },
    accounts: { indexes: accountIndexes },
    erasures: { indexes: erasureIndexes, outbox: true },
  },
  edge,
  async routes(app, context) {
    await sessionRoutes(app, context);
    await passOn(app, context);
  },
  adminRoutes: customerRoutes,
  personalData,
  start: upgradeAccounts,
  recover,
  async *events(context) {
    yield* startedSince(context, 0);
    yield* erasedSince(context, 0);
  },
  tasks: [
    { name: 'forgetting revoked sessions', everyMs: 5000, run: forgetRevoked },
    { name: 'ending the streams of ended sessions', everyMs: 1000, run: endStreams },
    { name: 'ending erasures', everyMs: 5000, run: endErasures },
  ],
});
