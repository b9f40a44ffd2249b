/** What the events of an order say: as it happens, and the same again later. */
import type { Static, TObject } from 'typebox';
import type { EventContract, OutboxRecord } from '#host';
import {
  orderAccepted,
  orderAcceptedPrecisely,
  orderCancelled,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderRefunded,
  orderRefundFailed,
  orderRefundRequested,
  orderRejected,
  toOrderAmount,
  WIRE_DECIMALS,
} from './events.ts';
import type { OrderDocument } from './order.ts';
import { STATUS } from './status.ts';
import { ownEvents, TYPE_OF, type TimelineEntry } from './timeline.ts';

/** The event that led to another, whose trace that continues. */
export interface Cause {
  traceparent?: string | undefined;
}

type Told = Pick<
  OrderDocument,
  '_id' | 'userId' | 'origin' | 'items' | 'totalAmount' | 'currency' | 'decimals' | 'answers'
>;

/** Tells of an order for the first time. */
export function tell(order: Told, type: string, cause: Cause, reason?: string): OutboxRecord {
  return telling(order, type, reason).create(cause);
}

/** An event of the order as it was published before; `again` asks for an answer that has not come. */
export function retell(
  order: OrderDocument,
  entry: TimelineEntry,
  again: boolean = false,
): OutboxRecord {
  return telling(order, entry.type, entry.reason, again).retell(entry);
}

/** Every event of the order that was published, in their order. */
export function allTold(order: OrderDocument): OutboxRecord[] {
  return ownEvents(order).map((entry) => retell(order, entry));
}

/**
 * The events of the order that tell what has happened, and ask for nothing. The tutorial's services
 * take every `order.accepted` for an order to pay, so that is told again only while it is one.
 */
export function happened(order: OrderDocument): OutboxRecord[] {
  return allTold(order).filter(({ type }) => type !== TYPE_OF[STATUS.paymentInitiated]);
}

/**
 * The events that tell where an order stands, for those who may have missed them: the one that asks
 * for an answer while it waits for one, else how it ended.
 */
export function standing(order: OrderDocument, again: boolean): OutboxRecord[] {
  const { created, paymentInitiated } = STATUS;
  const { orderStatusCode: status } = order;
  const questions: string[] = [TYPE_OF[created], TYPE_OF[paymentInitiated]];
  const isOpen = status === created || status === paymentInitiated;
  return ownEvents(order)
    .filter(({ type }) => (isOpen ? type === TYPE_OF[status] : !questions.includes(type)))
    .map((entry) => retell(order, entry, again));
}

function telling(order: Told, type: string, reason = '', again = false) {
  const { _id: orderId, userId, currency, decimals, totalAmount, items, origin, answers } = order;
  const asked = again && { again };
  const { paymentId = '' } = answers.payment ?? {};
  switch (type) {
    case 'order.placed': {
      const data = { orderId, userId, currency, decimals, totalAmount, items };
      return event(orderPlaced, { ...data, ...(origin && { origin }), ...asked });
    }
    case 'order.accepted': {
      const orderAmount = toOrderAmount(totalAmount, decimals);
      const data = { orderId, orderAmount, userId, currency, decimals, ...asked };
      return decimals > WIRE_DECIMALS
        ? event(orderAcceptedPrecisely, data)
        : event(orderAccepted, data);
    }
    case 'order.paid':
      return event(orderPaid, { orderId, userId, paymentId });
    case 'order.payment_failed':
      return event(orderPaymentFailed, { orderId, userId, paymentId });
    case 'order.rejected':
      return event(orderRejected, { orderId, userId, reason });
    case 'order.cancelled':
      return event(orderCancelled, { orderId, userId, reason });
    case 'order.refund_requested':
      return event(orderRefundRequested, { orderId, userId, paymentId, reason });
    case 'order.refunded': {
      // What its owner has sent back can be sold again; what the operator refunds may be broken.
      const restock = answers.cancel !== undefined;
      return event(orderRefunded, { orderId, userId, paymentId, restock });
    }
    case 'order.refund_failed':
      return event(orderRefundFailed, { orderId, userId, paymentId });
    default:
      throw new Error(`an order tells nothing of the type ${type}`);
  }
}

function event<Data extends TObject>(contract: EventContract<Data>, data: Static<Data>) {
  return {
    create: (cause?: Cause): OutboxRecord => contract.create(data, cause),
    retell: (told: { eventId: string; at: number }): OutboxRecord => contract.retell(data, told),
  };
}
