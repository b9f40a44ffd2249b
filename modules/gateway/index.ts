/** `gateway`: the one endpoint: sessions, limits, and the way to other processes. */
import { defineModule } from '#host';
import { accountRoutes } from './account-routes.ts';
import { accountIndexes, createAccountStore } from './account-store.ts';
import { createAccounts } from './accounts.ts';
import { authenticate } from './authentication.ts';
import { useCookies } from './cookie.ts';
import { useCors } from './cors.ts';
import { customerRoutes } from './customer-routes.ts';
import { customerSearchRoutes } from './customer-search.ts';
import { createErasures, erasureIndexes } from './erasure.ts';
import { customerErased, sessionStarted, SESSIONS_STREAM } from './events.ts';
import { createFingerprint } from './fingerprint.ts';
import { createLoginThrottle } from './login-throttle.ts';
import { authenticateOperators } from './operators/authentication.ts';
import { createOperators } from './operators/operators.ts';
import { operatorRoutes, operatorSessionRoutes } from './operators/routes.ts';
import { createOperatorStore, operatorIndexes, operatorSessionIndexes } from './operators/store.ts';
import { createOpenStreams } from './open-streams.ts';
import { mergeDocuments } from './openapi-merge.ts';
import { proxyRoutes } from './proxy.ts';
import { createRateLimit } from './rate-limit.ts';
import { sessionRoutes } from './routes.ts';
import { createSessionCache } from './session-cache.ts';
import { createSessionStore, sessionIndexes } from './session-store.ts';
import { createSessions } from './sessions.ts';
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
    operators: { indexes: operatorIndexes },
    operatorSessions: { indexes: operatorSessionIndexes },
    erasures: { indexes: erasureIndexes, outbox: true },
  },
  provides: ['routes', 'adminRoutes', 'requestHooks', 'eventHistory', 'personalData'],
  setup(context) {
    const { db, redis, redisKey, secret, settings: set, log, publish, pseudonyms } = context;
    const accountStore = createAccountStore(db);
    const store = createSessionStore(db, publish);
    const cache = createSessionCache(context);
    const sessions = createSessions({ store, cache, ttlMs: set.SESSION_TTL_MS, log });
    const throttle = createLoginThrottle({ redis, redisKey, secret }, set.SIGN_IN_ATTEMPTS);
    const accounts = createAccounts({
      accountStore,
      throttle,
      sessionStore: store,
      sessions,
      transaction: context.transaction,
    });
    const originOf = createFingerprint(secret);
    const operatorStore = createOperatorStore(db);
    const lives = { unusedMs: set.OPERATOR_SESSION_TTL_MS, mostMs: set.OPERATOR_SESSION_MAX_MS };
    const operators = createOperators({ store: operatorStore, throttle, lives, log });
    const openStreams = createOpenStreams(
      {
        tokenHashOf: ({ session }) => session?.tokenHash,
        isOpen: async (tokenHash) => (await sessions.get(tokenHash)) !== undefined,
      },
      context.signal,
    );
    const operatorStreams = createOpenStreams(
      {
        tokenHashOf: ({ operatorSession }) => operatorSession?.tokenHash,
        isOpen: async (tokenHash) => (await operators.use(tokenHash)) !== undefined,
      },
      context.signal,
    );
    const erasures = createErasures(context, { accounts: accountStore, store, sessions });

    return {
      /** In this order every request is seen. */
      async requestHooks(app) {
        await useCookies(app, secret);
        // Before anything is refused: a page has to be able to read the refusal.
        await useCors(app, set);
        const limit = createRateLimit({ redis, redisKey }, set.RATE_LIMIT_PER_MINUTE, originOf);
        authenticate(app, { sessions, limit, originOf });
        authenticateOperators(app, operators);
        openStreams.note(app);
        operatorStreams.note(app);
        mergeDocuments(app, context);
      },
      async routes(app) {
        const parts = { sessions, accounts, accountStore, erasures, pseudonyms, originOf };
        await sessionRoutes(parts)(app);
        await accountRoutes({ accounts, accountStore, originOf })(app);
        const { registry, internalTokens } = context;
        await proxyRoutes({ registry, internalTokens, bodyLimitBytes: set.BODY_LIMIT_BYTES })(app);
      },
      async adminRoutes(app) {
        const parts = { operators, store: operatorStore, originOf };
        await operatorSessionRoutes(parts)(app);
        await operatorRoutes(parts)(app);
        await customerRoutes(erasures, pseudonyms)(app);
        await customerSearchRoutes(accountStore, store, pseudonyms)(app);
      },
      personalData: (userId) => erasures.personalData(userId),
      start: () => accountStore.migrate(log),
      async recover(since) {
        // A Redis that lost its last writes has copies of sessions back that were revoked.
        await store.noteCopies(since);
        await sessions.forgetRevoked();
        await context.republish(erasures.since(since));
        await context.republish(store.startedSince(since));
      },
      async *eventHistory() {
        yield* store.startedSince(0);
        yield* erasures.since(0);
      },
      jobs: [
        { name: 'forgetting revoked sessions', everyMs: 5000, run: () => sessions.forgetRevoked() },
        {
          name: 'ending the streams of ended sessions',
          everyMs: 1000,
          run: () => openStreams.endOfEnded(),
        },
        {
          name: "ending the streams of operators' ended sessions",
          everyMs: 2000,
          run: () => operatorStreams.endOfEnded(),
        },
        { name: 'ending erasures', everyMs: 5000, run: () => erasures.finish() },
      ],
    };
  },
});
