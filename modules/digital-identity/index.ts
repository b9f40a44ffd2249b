/** `digital-identity`: remembers what users sign in from, and scores the orders that they place. */
import { defineModule, on } from '#host';
import { customerErased, sessionStarted } from '../gateway/events.ts';
import { orderPlaced } from '../orders/events.ts';
import { identityRoutes } from './admin-routes.ts';
import { eraseCustomers, personalData } from './erasure.ts';
import { identityScored, IDENTITY_STREAM } from './events.ts';
import { recover, rememberLogins, scoreOrders, scoreOverdue } from './handlers.ts';
import { loginIndexes } from './logins.ts';
import { scoreIndexes } from './store.ts';
import { settings } from './settings.ts';

export const digitalIdentity = defineModule({
  name: 'digital-identity',
  description: 'How well an order fits the user who places it',
  stream: IDENTITY_STREAM,
  publishes: [identityScored],
  listens: [sessionStarted, orderPlaced, customerErased],
  settings,
  collections: {
    traits: { indexes: loginIndexes },
    sessions: { indexes: loginIndexes },
    scores: { indexes: scoreIndexes, outbox: true },
    forgotten: {},
  },
  provides: ['adminRoutes', 'personalData'],
  setup: (context) => ({
    handlers: [
      on(sessionStarted, (events) => rememberLogins(events, context)),
      on(orderPlaced, (events) => scoreOrders(events, context)),
      on(customerErased, (events) => eraseCustomers(events, context)),
    ],
    adminRoutes: identityRoutes(context),
    personalData: (userId) => personalData(context, userId),
    recover: (since) => recover(context, since),
    jobs: [
      {
        name: 'scoring orders whose session did not come',
        everyMs: 5000,
        run: () => scoreOverdue(context),
      },
    ],
  }),
});
