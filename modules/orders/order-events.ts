/** What the events of an order say: as it happens, and the same again for those who have missed it. */
import type { ModuleContext, OutboxRecord } from '#host';
import { orderAcceptedPrecisely, orderEvents, toOrderAmount, WIRE_DECIMALS } from './events.ts';
import type { OrderDocument } from './order.ts';
import { STATUS } from './status.ts';
import { allOrders, changedSince, findOrders, openOrders, refundsWanted } from './store.ts';
import { ownEvents, TYPE_OF, type TimelineEntry } from './timeline.ts';

const ACCEPTED = TYPE_OF[STATUS.paymentInitiated];
/** The events that ask for an answer. */
const QUESTIONS: string[] = [TYPE_OF[STATUS.created], ACCEPTED];

/** The event that led to another, whose trace that continues. */
export interface Cause {
  traceparent?: string | undefined;
}

type Told = Pick<
  OrderDocument,
  '_id' | 'userId' | 'origin' | 'items' | 'totalAmount' | 'currency' | 'decimals' | 'answers'
>;

/** Tells of an order for the first time. */
export function tell(order: Told, type: string, cause: Cause, reason = ''): OutboxRecord {
  return contractOf(order, type).create(dataOf(order, reason), cause);
}

/**
 * The events of the order that tell what has happened, and ask for nothing. The tutorial's services
 * take every `order.accepted` for an order to pay, so that is told again only while it is one.
 */
function happened(order: OrderDocument): OutboxRecord[] {
  return retell(order, (type) => type !== ACCEPTED);
}

/**
 * The events that tell where an order stands, for those who may have missed them: the one that asks
 * for an answer while it waits for one, else how it ended. `again` asks for the answer once more.
 */
function standing(order: OrderDocument, again: boolean): OutboxRecord[] {
  const question = QUESTIONS.find((type) => type === TYPE_OF[order.orderStatusCode]);
  const stands = (type: string): boolean =>
    question ? type === question : !QUESTIONS.includes(type);
  return retell(order, stands, again);
}

/**
 * Publishes again what may be missing: where every order stands that waits for something, so that
 * nobody's answer is missing, and for those who keep a copy what has happened since the given time,
 * in ms since the epoch.
 */
export async function recover(context: ModuleContext, since: number): Promise<void> {
  await context.republish(told(changedSince(context, new Date(since)), happened));
  await context.republish(told(openOrders(context), (order) => standing(order, true)));
  await context.republish(told(refundsWanted(context), (order) => standing(order, true)));
}

/** Publishes again where these orders stand, for somebody who has missed it. */
export async function tellAgain(
  context: ModuleContext,
  orderIds: readonly string[],
): Promise<void> {
  await context.republish(told(findOrders(context, orderIds), (order) => standing(order, false)));
}

/** Every event that the orders remember, as it was published, the oldest order first. */
export function rememberedEvents(context: ModuleContext): AsyncIterable<OutboxRecord> {
  return told(allOrders(context), (order) => retell(order, () => true));
}

async function* told(
  orders: AsyncIterable<OrderDocument>,
  eventsOf: (order: OrderDocument) => OutboxRecord[],
): AsyncGenerator<OutboxRecord> {
  for await (const order of orders) yield* eventsOf(order);
}

/** The events of the order of these types, as they were published before. */
function retell(
  order: OrderDocument,
  isTold: (type: string) => boolean,
  again = false,
): OutboxRecord[] {
  return ownEvents(order)
    .filter(({ type }) => isTold(type))
    .map((entry: TimelineEntry) =>
      contractOf(order, entry.type).retell(dataOf(order, entry.reason, again), entry),
    );
}

function contractOf({ decimals }: Told, type: string) {
  if (type === ACCEPTED && decimals > WIRE_DECIMALS) return orderAcceptedPrecisely;
  const contract = orderEvents.find((one) => one.type === type);
  if (!contract) throw new Error(`an order tells nothing of the type ${type}`);
  return contract;
}

/** All that events say of an order, of which each takes what is in its schema. */
function dataOf({ _id: orderId, answers, ...order }: Told, reason = '', again = false) {
  return {
    ...order,
    orderId,
    orderAmount: toOrderAmount(order.totalAmount, order.decimals),
    paymentId: answers.payment?.paymentId ?? '',
    reason,
    // What its owner has sent back can be sold again; what the operator refunds may be broken.
    restock: answers.cancel !== undefined,
    ...(again && { again }),
  };
}
