/** What the history has to hold, worked out from the events that modules remember, without a bus. */
import { createRouter } from '../../../src/bus/route.ts';
import { toEntry } from '../../../src/bus/wire.ts';
import type { Event, Module } from '../../../src/index.ts';
import {
  declinedOf,
  happened,
  placedOf,
  refundFailureOf,
  refundOf,
  withPayment,
  withReason,
  type Fact,
  type HistoryDocument,
  type Told,
} from '../../../modules/order-history/history.ts';
import { orderHistory } from '../../../modules/order-history/index.ts';
import type { TestHost } from '../../support.ts';

type FactOf = (event: Told<never>) => Fact;

const FACTS: Record<string, [name: string, factOf: FactOf]> = {
  'order.placed': ['placed', placedOf],
  'order.accepted': ['accepted', happened],
  'order.rejected': ['rejected', withReason],
  'order.paid': ['paid', withPayment],
  'order.payment_failed': ['paymentFailed', withPayment],
  'order.cancelled': ['cancelled', withReason],
  'order.refund_requested': ['refundRequested', withReason],
  'order.refunded': ['refunded', happened],
  'payment.processed': ['processed', withPayment],
  'payment.failed': ['declined', declinedOf],
};

/** The documents that the events of these modules make, by the ids of the orders. */
export async function historyFrom(
  host: Pick<TestHost, 'context'>,
  modules: readonly Module[],
): Promise<Map<string, HistoryDocument>> {
  const documents = new Map<string, HistoryDocument>();
  for (const { name, stream = '', events } of modules) {
    const listeners = orderHistory.listens?.filter(({ contract }) => contract.stream === stream);
    const route = createRouter(stream, listeners ?? []);
    for await (const record of events?.(host.context(name)) ?? []) {
      const routed = route([`${record.at}-0`, toEntry(record)]);
      if (routed.kind === 'event') add(documents, routed.event);
    }
  }
  return documents;
}

function add(documents: Map<string, HistoryDocument>, event: Event): void {
  const document: HistoryDocument = documents.get(event.key) ?? { _id: event.key };
  documents.set(event.key, document);
  const known = FACTS[event.type];
  if (known) {
    const [name, factOf] = known;
    documents.set(event.key, { [name]: factOf(event as unknown as Told<never>), ...document });
  } else if (event.type === 'payment.refund_failed') {
    const failure = refundFailureOf(event as Parameters<typeof refundFailureOf>[0]);
    document.refundFailures = [...(document.refundFailures ?? []), failure].toSorted(
      (a, b) => a.at - b.at,
    );
  } else {
    const refund = refundOf(event as Parameters<typeof refundOf>[0]);
    document.refunds = [...(document.refunds ?? []), refund].toSorted((a, b) => a.at - b.at);
  }
}
