/** Events for the handlers of `digital-identity`. */
import type { Static, TObject } from 'typebox';
import type { EventContract, Given } from '../../../src/bus/index.ts';
import { toEntry } from '../../../src/bus/contract/wire.ts';
import { customerErased, sessionStarted } from '../../../modules/gateway/events.ts';
import { orderPlaced, orderPlacedForDelivery } from '../../../modules/orders/events.ts';
import type { Scenario } from '../scenario.ts';

/** An event at a time of its own, since times decide what was known. */
function at<Data extends TObject>(
  time: number,
  contract: EventContract<Data>,
  data: Static<Data>,
): Given {
  const told = contract.recreate(data, { eventId: `event-${time}`, at: time });
  return { stream: contract.stream, entry: ['0-0', toEntry(told)] };
}

/** Long from now, so that MongoDB takes nothing away meanwhile. */
const BASE = Date.now();

const login = (time: number, userId: string, sessionId: string, browser: string, address = 'x') =>
  at(BASE + time, sessionStarted, { sessionId, userId, kind: 'guest', browser, address });

const placed = (
  time: number,
  orderId: string,
  userId: string,
  origin?: { sessionId: string; browser: string; address: string },
  again = false,
) =>
  at(BASE + time, orderPlaced, {
    orderId,
    userId,
    currency: 'INR',
    totalAmount: 100,
    items: [{ productId: 'a', name: 'a', quantity: 1, unitPrice: 100 }],
    ...(origin && { origin }),
    ...(again && { again }),
  });

const toDeliver = (time: number, orderId: string, userId: string, origin: typeof home) =>
  at(BASE + time, orderPlacedForDelivery, {
    orderId,
    userId,
    currency: 'INR',
    totalAmount: 150,
    items: [{ productId: 'a', name: 'a', quantity: 1, unitPrice: 100 }],
    origin,
    delivery: {
      method: 'standard',
      methodName: 'Standard',
      price: 50,
      address: { name: 'A', line1: '1 Mill Lane', city: 'Ulm', postalCode: '1', country: 'DE' },
      contact: { email: 'a@example.com' },
    },
  });

const home = { sessionId: 's1', browser: 'a', address: 'x' };

export const scenario: Scenario = {
  before: async ({ secret }) => {
    // Each stage has a secret of its own; hashes can only be compared where it is the same.
    secret.fill(7);
  },
  events: [
    login(1, 'alice', 's1', 'a'),
    placed(2, 'known', 'alice', home),
    placed(3, 'half', 'alice', { ...home, browser: 'b' }),
    placed(4, 'stranger', 'alice', { ...home, browser: 'b', address: 'y' }),
    placed(5, 'of no session', 'alice'),
    placed(6, 'of a lost session', 'alice', { ...home, sessionId: 'lost' }),
    placed(7, 'of a session of another', 'bob', home),
    toDeliver(70, 'delivered', 'alice', home),
    login(8, 'bob', 's2', 'a', 'y'),
    placed(9, 'guest', 'bob', { sessionId: 's2', browser: 'a', address: 'y' }),
    login(10, 'alice', 's3', 'b', 'y'),
    placed(11, 'from the other', 'alice', { sessionId: 's3', browser: 'b', address: 'y' }),
    placed(12, 'known', 'alice', home, true),
    login(13, 'eve', 's4', 'e'),
    placed(14, 'of the erased', 'eve', { sessionId: 's4', browser: 'e', address: 'x' }),
    at(BASE + 15, customerErased, { userId: 'eve', pseudonym: 'nobody' }),
    placed(16, 'late', 'eve', { sessionId: 's4', browser: 'e', address: 'x' }),
  ],
};
