/** The tables of the statistics: what sold best, and day by day. */
import type { Statistics } from '../../../../order-history/api.ts';
import { Table } from '../../components/table.tsx';
import { calendarDay, count, money } from '../../lib/format.ts';

/** What sold best of one kind. */
export function Best({
  what,
  sold,
  currency,
}: {
  what: string;
  sold: readonly { key: string; name: string; pieces: number; amount: number }[];
  currency: string;
}) {
  return (
    <Table
      keepsColumns
      caption={`${what} that sold best`}
      columns={[what, { number: 'Pieces' }, { number: 'For' }]}
      rows={sold.map(({ key, name, pieces, amount }) => ({
        key,
        cells: [name || '–', count(pieces), money(amount, currency)],
      }))}
      none="Nothing was sold."
    />
  );
}

const DAY_COLUMNS = [
  'Day',
  { number: 'Orders' },
  { number: 'Paid' },
  { number: 'Rejected' },
  { number: 'Payment failed' },
  { number: 'Cancelled' },
  { number: 'Refunded' },
  { number: 'Given back' },
  { number: 'Revenue' },
];

/** The days on which something was ordered. */
export function Days({ days, currency }: { days: Statistics['days']; currency: string }) {
  const busy = days.filter(({ orders }) => orders > 0).toReversed();
  return (
    <Table
      keepsColumns
      caption="Day by day, the latest first"
      columns={DAY_COLUMNS}
      rows={busy.map((one) => ({
        key: one.day,
        cells: [
          <time dateTime={one.day}>{calendarDay(one.day, true)}</time>,
          count(one.orders),
          count(one.paidOrders),
          count(one.rejectedOrders),
          count(one.failedOrders),
          count(one.cancelledOrders),
          count(one.refundedOrders),
          money(one.refunded, currency),
          money(one.revenue, currency),
        ],
      }))}
      none="Nothing was ordered."
    />
  );
}
