/** Orders that an earlier Millrace has stored: from before timelines, or waiting for no money. */
import type { FastifyBaseLogger } from 'fastify';
import type { Document } from 'mongodb';
import { ORDERS_STREAM } from './events.ts';
import { withNothingOwed } from './order.ts';
import { eventOf, isOpen, STATUS } from './states.ts';
import { commit, REFUND_WANTED, type OrderStore } from './store.ts';

/** The statuses that such orders may have, with those that they came to on the way there. */
const PATHS = [
  [STATUS.created],
  [STATUS.created, STATUS.paymentInitiated],
  [STATUS.created, STATUS.paymentInitiated, STATUS.paid],
  [STATUS.created, STATUS.paymentInitiated, STATUS.paymentFailed],
  [STATUS.created, STATUS.rejected],
] as const;

/**
 * Gives each such order the timeline that its status allows, and the identity that was not asked for
 * then. Its events have ids that follow from the order, so several processes write the same.
 */
export async function migrateOrders(store: OrderStore, log: FastifyBaseLogger): Promise<void> {
  for (const path of PATHS) {
    const status = path.at(-1)!;
    const { modifiedCount } = await store.orders.updateMany(
      { orderStatusCode: status, timeline: { $exists: false } },
      [
        {
          $set: {
            // What is open has its time to be replied to from now on.
            since: isOpen(status) ? '$$NOW' : '$updatedAt',
            timeline: path.map((one, i) => entryOf(eventOf(one), i === 0)),
            ...(status !== STATUS.created && {
              'answers.identity': { score: 1, outcome: 'accepted' },
            }),
          },
        },
      ],
    );
    if (modifiedCount > 0)
      log.info({ orders: modifiedCount, status }, 'orders of an earlier version were upgraded');
  }
  await endRefundsOfNothing(store);
}

/** No payment answers a refund of nothing, for which orders waited once. */
async function endRefundsOfNothing(store: OrderStore): Promise<void> {
  for await (const before of store.orders.find({ ...REFUND_WANTED, totalAmount: 0 }))
    await commit(store, [{ before, after: withNothingOwed(before) }]);
}

function entryOf(type: string, isFirst: boolean): Document {
  return {
    type,
    eventId: { $concat: ['$_id', `-${type}`] },
    at: { $toDouble: { $toLong: isFirst ? '$createdAt' : '$updatedAt' } },
    stream: ORDERS_STREAM,
    ...(type === eventOf(STATUS.rejected) && { reason: 'There was not enough in stock' }),
  };
}
