/** `gateway`: the one endpoint: sessions, limits, cached answers, and the way to other processes. */
import { defineModule, on } from '#host';
import { productUpdated, stockChanged, stockLow } from '../products/events.ts';
import { accountIndexes, upgradeAccounts } from './account-store.ts';
import { edge } from './edge.ts';
import { sessionStarted, SESSIONS_STREAM } from './events.ts';
import { dropCatalogue } from './handlers.ts';
import { endStreams } from './open-streams.ts';
import { passOn } from './pass-on.ts';
import { recover } from './recover.ts';
import { sessionRoutes } from './routes.ts';
import { sessionIndexes, startedSince } from './session-store.ts';
import { forgetRevoked } from './sessions.ts';

export const gateway = defineModule({
  name: 'gateway',
  stream: SESSIONS_STREAM,
  publishes: [sessionStarted],
  listens: [
    on(productUpdated, dropCatalogue),
    on(stockChanged, dropCatalogue),
    on(stockLow, dropCatalogue),
  ],
  collections: {
    sessions: { indexes: sessionIndexes, outbox: true },
    accounts: { indexes: accountIndexes },
  },
  edge,
  async routes(app, context) {
    await sessionRoutes(app, context);
    await passOn(app, context);
  },
  start: upgradeAccounts,
  recover,
  events: (context) => startedSince(context, 0),
  tasks: [
    { name: 'forgetting revoked sessions', everyMs: 5000, run: forgetRevoked },
    { name: 'ending the streams of ended sessions', everyMs: 1000, run: endStreams },
  ],
});
