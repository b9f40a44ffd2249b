/** What the history has to hold, worked out from the events that modules remember, without a bus. */
import { createRouter } from '../../../src/bus/consume/router.ts';
import { toEntry } from '../../../src/bus/contract/wire.ts';
import { on, type Event, type Module } from '../../../src/index.ts';
import type { HistoryDocument } from '../../../modules/order-history/history.ts';
import { orderHistory } from '../../../modules/order-history/index.ts';
import type { TestHost } from '../../support.ts';

type Data = Record<string, unknown>;

/** Where each event stands in a document, and with what it says. */
const FACTS: Record<string, [name: string, fields: string[]]> = {
  'order.placed': ['placed', ['userId', 'currency', 'decimals', 'totalAmount', 'items']],
  'order.accepted': ['accepted', []],
  'order.rejected': ['rejected', ['reason']],
  'order.paid': ['paid', ['paymentId']],
  'order.payment_failed': ['paymentFailed', ['paymentId']],
  'order.cancelled': ['cancelled', ['reason']],
  'order.refund_requested': ['refundRequested', ['reason']],
  'order.refunded': ['refunded', []],
  'payment.processed': ['processed', ['paymentId']],
  'payment.failed': ['declined', ['paymentId', 'reason']],
  'payment.refunded': ['refunds', ['refundId', 'amount', 'refundedAmount', 'reason']],
  'payment.refund_failed': ['refundFailures', ['refundId', 'reason']],
};

/** The documents that the events of these modules make, by the ids of the orders. */
export async function historyFrom(
  host: Pick<TestHost, 'context'>,
  modules: readonly Module[],
): Promise<Map<string, HistoryDocument>> {
  const documents = new Map<string, HistoryDocument>();
  for (const module of modules) {
    const { name, stream = '' } = module;
    const context = host.context(name);
    const { eventHistory } = module.setup?.(context) ?? {};
    const heard = orderHistory.listens?.filter((contract) => contract.stream === stream) ?? [];
    const listeners = heard.map((contract) => on(contract, async () => undefined));
    const route = createRouter(stream, listeners);
    for await (const record of eventHistory?.() ?? []) {
      const routed = route([`${record.at}-0`, toEntry(record)]);
      if (routed.kind === 'event') add(documents, routed.event);
    }
  }
  return documents;
}

function add(
  documents: Map<string, HistoryDocument>,
  { key, type, eventId, at, data }: Event,
): void {
  const [name, fields] = FACTS[type]!;
  const fact: Data = { at, eventId };
  for (const field of fields)
    if ((data as Data)[field] !== undefined) fact[field] = (data as Data)[field];
  const document: Data = { _id: key, ...documents.get(key) };
  if (name.startsWith('refund') && name.endsWith('s')) {
    const known = (document[name] ?? []) as { at: number }[];
    document[name] = [...known, fact as { at: number }].toSorted((a, b) => a.at - b.at);
  } else document[name] ??= fact;
  documents.set(key, document as unknown as HistoryDocument);
}
