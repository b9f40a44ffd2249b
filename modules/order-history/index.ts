/** `order-history`: what a customer bought and what the shop sold, a read model made of events alone. */
import { defineModule, on, onAll } from '#host';
import { customerErased } from '../gateway/events.ts';
import { ORDERS_STREAM } from '../orders/events.ts';
import { PAYMENTS_STREAM } from '../payments/events.ts';
import { createHistoryErasure, createProjection, personalData, PROJECTED } from './handlers.ts';
import { adminRoutes, historyRoutes } from './routes.ts';
import { checkTimeZone } from './statistics-store.ts';
import { historyIndexes } from './store.ts';
import { settings } from './settings.ts';

/** How old the history may be, in ms, so that most steps of an order are stored by one update. */
const LINGER_MS = 250;

export const orderHistory = defineModule({
  name: 'order-history',
  description: 'What customers bought',
  listens: [...PROJECTED, customerErased],
  settings,
  collections: {
    history: {
      indexes: historyIndexes,
      readModel: true,
      // What these remember of a customer who is erased comes under the pseudonym already.
      sources: [ORDERS_STREAM, PAYMENTS_STREAM],
    },
  },
  provides: ['routes', 'adminRoutes', 'personalData'],
  setup(context) {
    const { db, readModel, settings: set } = context;
    const { CURRENCY: currency, CURRENCY_DECIMALS: decimals, TIME_ZONE: timeZone } = set;
    const erasure = createHistoryErasure(context.pseudonyms, readModel);
    return {
      handlers: [
        ...onAll(PROJECTED, createProjection(readModel, erasure), { lingerMs: LINGER_MS }),
        on(customerErased, (events) => erasure.eraseCustomers(events)),
      ],
      personalData: (userId) => personalData(readModel, userId),
      routes: historyRoutes(readModel),
      adminRoutes: adminRoutes({ readModel, cacheOf: context.cache, currency, decimals, timeZone }),
      start: () => checkTimeZone(db, timeZone),
    };
  },
});
