/** The events of an order: its timeline, and each event made from its document, as it happens and the same again. */
import type { Event, OutboxRecord } from '#host';
import type { OrderDocument, TimelineEntry } from './document.ts';
import {
  orderAcceptedPrecisely,
  orderEvents,
  orderPlacedForDelivery,
  ORDERS_STREAM,
  toOrderAmount,
  WIRE_DECIMALS,
} from './events.ts';
import { eventOf, isOpen, STATUS, statusOfEvent, type OrderStatusCode } from './states.ts';

/** Events that a timeline keeps, beyond which of others' only those that change something are. */
const CAPACITY = 100;
const PLACED = eventOf(STATUS.created);
const ACCEPTED = eventOf(STATUS.paymentInitiated);

/** The event that led to another, whose trace that continues. */
export interface Cause {
  traceparent?: string | undefined;
}

/** What events say of an order. */
type Reported = Pick<
  OrderDocument,
  | '_id'
  | 'userId'
  | 'origin'
  | 'items'
  | 'contact'
  | 'delivery'
  | 'totalAmount'
  | 'currency'
  | 'decimals'
  | 'answers'
>;

/** A new event of an order. */
export function createEvent(
  order: Reported,
  type: string,
  cause: Cause,
  reason = '',
): OutboxRecord {
  return contractOf(order, type).create(dataOf(order, reason), cause);
}

/** All that was published of the order, as it was. */
export function allEvents(order: OrderDocument): OutboxRecord[] {
  return recreate(order, () => true);
}

/**
 * The events that report what has happened, and ask for nothing. The tutorial's services take every
 * `order.accepted` for an order to pay, so that is published again only while it is one.
 */
export function historicalEvents(order: OrderDocument): OutboxRecord[] {
  return recreate(order, (type) => type !== ACCEPTED);
}

/**
 * The events that report where an order stands, for those who may have missed them: the one that asks
 * for a reply while it waits for one, else how it ended. `again` asks for the reply once more.
 */
export function currentStateEvents(order: OrderDocument, again: boolean): OutboxRecord[] {
  const { orderStatusCode } = order;
  const asks = isOpen(orderStatusCode);
  return recreate(
    order,
    (type) => (asks ? type === eventOf(orderStatusCode) : !asksForReply(type)),
    again,
  );
}

function asksForReply(type: string): boolean {
  const status = statusOfEvent(type);
  return status !== undefined && isOpen(status);
}

/** The events of the order of these types, as they were published before. */
function recreate(
  order: OrderDocument,
  isWanted: (type: string) => boolean,
  again = false,
): OutboxRecord[] {
  return ownEvents(order)
    .filter(({ type }) => isWanted(type))
    .map((entry: TimelineEntry) =>
      contractOf(order, entry.type).recreate(dataOf(order, entry.reason, again), entry),
    );
}

function contractOf({ decimals, contact, delivery }: Reported, type: string) {
  if (type === PLACED && contact && delivery?.address) return orderPlacedForDelivery;
  if (type === ACCEPTED && decimals > WIRE_DECIMALS) return orderAcceptedPrecisely;
  const contract = orderEvents.find((one) => one.type === type);
  if (!contract) throw new Error(`an order publishes no event of the type ${type}`);
  return contract;
}

/** All that events say of an order, of which each takes what is in its schema. */
function dataOf(order: Reported, reason = '', again = false) {
  const { _id: orderId, answers } = order;
  return {
    ...order,
    orderId,
    delivery: deliveryOf(order),
    orderAmount: toOrderAmount(order.totalAmount, order.decimals),
    paymentId: answers.payment?.paymentId ?? '',
    reason,
    // What its owner has sent back can be sold again; what the operator refunds may be broken.
    restock: answers.cancel !== undefined,
    ...(again && { again }),
  };
}

/** What an event says of a delivery whose customer is known. */
function deliveryOf({ contact, delivery }: Pick<Reported, 'contact' | 'delivery'>) {
  if (!contact || !delivery?.address) return undefined;
  const { method, name: methodName, price, address } = delivery;
  return { method, methodName, price, address, contact };
}

/** The entry of an event of ours. */
export function recordPublished(
  { type = '', eventId, at }: OutboxRecord,
  reason?: string,
): TimelineEntry {
  return {
    type,
    eventId,
    at: Number(at),
    stream: ORDERS_STREAM,
    ...(reason !== undefined && { reason }),
  };
}

/** The entry of an event of another module. */
export function recordReceived({ type, eventId, at, stream }: Event): TimelineEntry {
  return { type, eventId, at, stream };
}

/** The events of ours, in their order. */
export function ownEvents({ timeline }: Pick<OrderDocument, 'timeline'>): TimelineEntry[] {
  return timeline.filter(({ stream }) => stream === ORDERS_STREAM);
}

/** Whether the order has had the event before. */
export function hasProcessed(
  { timeline }: OrderDocument,
  { eventId }: Pick<Event, 'eventId'>,
): boolean {
  return timeline.some((entry) => entry.eventId === eventId);
}

/** Whether an event that changes nothing is kept as well. */
export function hasCapacity({ timeline }: OrderDocument): boolean {
  return timeline.length < CAPACITY;
}

/** A status that an order has come to. */
export interface StatusUpdate {
  /** Counts the statuses of the order from 1. */
  seq: number;
  orderStatusCode: OrderStatusCode;
  /** In ms since the epoch. */
  at: number;
  reason?: string;
}

/** The statuses that an order has come to, in their order. */
export function statusesOf(order: Pick<OrderDocument, 'timeline'>): StatusUpdate[] {
  return ownEvents(order)
    .flatMap(({ type, at, reason }) => {
      const orderStatusCode = statusOfEvent(type);
      return orderStatusCode === undefined ? [] : [{ orderStatusCode, at, reason }];
    })
    .map(({ reason, ...status }, i) => ({
      seq: i + 1,
      ...status,
      ...(reason !== undefined && { reason }),
    }));
}
