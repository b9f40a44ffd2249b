/** The life of an order, event by event, as its streams hold it. */
import type { TimelineItem } from '../../../orders/api.ts';
import { dateTime, duration, timeOfDay } from '../lib/format.ts';

const WORDS: Record<string, string> = {
  'order.placed': 'Order placed',
  'order.accepted': 'Order accepted, payment asked for',
  'order.rejected': 'Order rejected',
  'order.paid': 'Order paid',
  'order.payment_failed': 'Payment failed, order ended',
  'order.cancelled': 'Order cancelled',
  'order.refund_requested': 'Refund asked for',
  'order.refunded': 'Order refunded',
  'order.refund_failed': 'Refund failed, paid again',
  'stock.reserved': 'Products set aside',
  'stock.rejected': 'Not enough in stock',
  'identity.scored': 'Identity checked',
  'payment.processed': 'Payment taken',
  'payment.failed': 'Payment declined',
  'payment.refunded': 'Money given back',
  'payment.refund_failed': 'Refund failed, money owed again',
};

/** What an event says, in words; its type where there are none. */
export function wordsOf(type: string): string {
  return WORDS[type] ?? type;
}

const FAILURES: Record<string, string> = {
  retry: 'A step failed and is tried again',
  'dead-letter': 'A step was given up',
};

/** The events of an order, oldest first. */
export function Timeline({ entries }: { entries: readonly TimelineItem[] }) {
  const start = Date.parse(entries[0]?.at ?? '');
  return (
    <ol class="timeline">
      {entries.map(({ at, kind, type = 'an event', eventId, stream, attempt }, i) => {
        const failed = attempt && `delivery ${attempt}`;
        return (
          <li key={`${eventId} ${kind} ${type} ${attempt}`} class={`entry-${kind}`}>
            <time dateTime={at} title={dateTime(at)}>
              {timeOfDay(at)}
            </time>
            <strong>{FAILURES[kind] ?? wordsOf(type)}</strong>
            <code>{type}</code>
            <span class="fine">{i === 0 ? stream : `${stream}, ${after(at, start)}`}</span>
            {failed && <span class="fine">{failed}</span>}
          </li>
        );
      })}
    </ol>
  );
}

function after(at: string, start: number): string {
  // Those who publish have clocks of their own, which may differ a little.
  return `${duration(Math.max(0, Date.parse(at) - start))} later`;
}
