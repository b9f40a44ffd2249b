/** `digital-identity`: remembers what users sign in from, and scores the orders that they place. */
import { defineModule, on } from '#host';
import { customerErased, sessionStarted } from '../gateway/events.ts';
import { orderPlaced, orderPlacedForDelivery } from '../orders/events.ts';
import { identityRoutes } from './admin-routes.ts';
import { identityScored, IDENTITY_STREAM } from './events.ts';
import { createForgetting } from './forgetting.ts';
import { createIdentityErasure, createScoring, personalData } from './handlers.ts';
import { createLoginStore, loginIndexes } from './login-store.ts';
import { createScoreStore, scoreIndexes } from './score-store.ts';
import { settings } from './settings.ts';

export const digitalIdentity = defineModule({
  name: 'digital-identity',
  description: 'How well an order fits the user who places it',
  stream: IDENTITY_STREAM,
  publishes: [identityScored],
  listens: [sessionStarted, orderPlaced, orderPlacedForDelivery, customerErased],
  settings,
  collections: {
    traits: { indexes: loginIndexes },
    sessions: { indexes: loginIndexes },
    scores: { indexes: scoreIndexes, outbox: true },
    forgotten: {},
  },
  provides: ['adminRoutes', 'personalData'],
  setup(context) {
    const { pseudonyms, settings: set } = context;
    const retentionMs = set.IDENTITY_RETENTION_MS;
    const logins = createLoginStore(context, retentionMs);
    const scores = createScoreStore(context);
    const forgetting = createForgetting(context, { logins, scores });
    const erasure = createIdentityErasure(pseudonyms, { scores, forgetting });
    const parts = { logins, scores, forgetting, erasure, retentionMs };
    const scoring = createScoring(context, parts);
    return {
      handlers: [
        on(sessionStarted, (events) => scoring.rememberLogins(events)),
        on(orderPlaced, (events) => scoring.scoreOrders(events)),
        on(orderPlacedForDelivery, (events) => scoring.scoreOrders(events)),
        on(customerErased, (events) => erasure.eraseCustomers(events)),
      ],
      adminRoutes: identityRoutes({ logins, scores, scoring }),
      personalData: (userId) => personalData(logins, scores, userId),
      recover: (since) => scoring.recover(since),
      jobs: [
        {
          name: 'scoring orders whose session did not come',
          everyMs: 5000,
          run: () => scoring.scoreOverdue(),
        },
      ],
    };
  },
});
