/** What `order-history` does with events: it stores what they report, until a customer is erased. */
import {
  createErasure,
  type Erasure,
  type Event,
  type EventContract,
  type EventOf,
  type Pseudonyms,
  type ReadModel,
} from '#host';
import {
  orderAccepted,
  orderAcceptedPrecisely,
  orderCancelled,
  orderPaid,
  orderPaymentFailed,
  orderPlaced,
  orderPlacedForDelivery,
  orderRefunded,
  orderRefundRequested,
  orderRejected,
} from '../orders/events.ts';
import {
  paymentFailed,
  paymentProcessed,
  paymentRefunded,
  paymentRefundFailed,
} from '../payments/events.ts';
import { present } from './present.ts';
import {
  listOrders,
  replaceUser,
  storeFacts,
  type HistoryCollection,
  type Stored,
} from './store.ts';

/** Orders of a customer that are read at a time. */
const BATCH = 500;

type FactOf<Name> = Extract<Stored, { name: Name }>['fact'];

/** Says under which name what an event reports stands in the document of its order, with which of its fields. */
const fact = <Contract extends EventContract, Name extends Stored['name']>(
  contract: Contract,
  name: Name,
  fields: (keyof FactOf<Name> & keyof EventOf<Contract>['data'] & string)[] = [],
) => ({ contract, name, fields });

/** Of contact and address it keeps no copy. */
const PLACED = ['userId', 'currency', 'decimals', 'totalAmount', 'items'] as const;
const FACTS = [
  fact(orderPlaced, 'placed', [...PLACED]),
  fact(orderPlacedForDelivery, 'placed', [...PLACED]),
  fact(orderAccepted, 'accepted'),
  fact(orderAcceptedPrecisely, 'accepted'),
  fact(orderRejected, 'rejected', ['reason']),
  fact(orderPaid, 'paid', ['paymentId']),
  fact(orderPaymentFailed, 'paymentFailed', ['paymentId']),
  fact(orderCancelled, 'cancelled', ['reason']),
  fact(orderRefundRequested, 'refundRequested', ['reason']),
  fact(orderRefunded, 'refunded'),
  fact(paymentProcessed, 'processed', ['paymentId']),
  fact(paymentFailed, 'declined', ['paymentId', 'reason']),
  fact(paymentRefunded, 'refunds', ['refundId', 'amount', 'refundedAmount', 'reason']),
  fact(paymentRefundFailed, 'refundFailures', ['refundId', 'reason']),
];
const ITEM = ['productId', 'name', 'brand', 'category', 'quantity', 'unitPrice'];
const BY_TYPE = new Map(FACTS.map((one) => [one.contract.type, one]));

/** The events that the history is made of. */
export const PROJECTED = FACTS.map(({ contract }) => contract);

/** Makes the handler that stores what events report of orders: what a batch does of one, by one update. */
export function createProjection(readModel: ReadModel, erasure: Erasure) {
  return async (events: Event<{ orderId: string; userId: string }>[]): Promise<void> => {
    const stored = events.map((event) => {
      const { name, fields } = BY_TYPE.get(event.type)!;
      const { at, eventId, data } = event;
      // MongoDB compares facts field by field, in this order.
      return {
        orderId: data.orderId,
        name,
        fact: { at, eventId, ...pick(data, fields) },
      } as Stored;
    });
    await readModel.write((history: HistoryCollection) => storeFacts(history, stored));
    // Of the facts, this one alone holds the user.
    const placed = events.filter(({ type }) => type === orderPlaced.type);
    await erasure.eraseAgain(placed.map(({ data }) => data.userId));
  };
}

/** These fields, as far as they are there; of the items of an order without what a later version may add. */
function pick(data: object, fields: readonly string[]): object {
  const known = new Map<string, unknown>(Object.entries(data));
  const there = fields.filter((field) => known.has(field));
  const valueOf = (field: string): unknown =>
    field === 'items'
      ? (known.get(field) as object[]).map((item) => pick(item, ITEM))
      : known.get(field);
  return Object.fromEntries(there.map((field) => [field, valueOf(field)]));
}

/**
 * Puts the pseudonym in the place of a customer; what the shop sold stays. It does so in every version
 * that counts, also in one that is being built of older events.
 */
export function createHistoryErasure(pseudonyms: Pseudonyms, readModel: ReadModel): Erasure {
  return createErasure(pseudonyms, (userId, pseudonym) =>
    readModel.write((history: HistoryCollection) => replaceUser(history, userId, pseudonym)),
  );
}

/** Every order of a customer, as the history has it. */
export async function* personalData(readModel: ReadModel, userId: string): AsyncGenerator<object> {
  let full = true;
  for (let after: Parameters<typeof listOrders>[1]['after']; full;) {
    const found = await listOrders(readModel, { userId, after, limit: BATCH });
    yield* found.map(present);
    const last = found.at(-1);
    after = last && { at: last.placed.at, orderId: last._id };
    full = found.length === BATCH;
  }
}
