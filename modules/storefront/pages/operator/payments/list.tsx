/** Payments that fit the filters, the newest first. */
import type { OperatorPayment } from '../../../../payments/api.ts';
import { Table } from '../../components/table.tsx';
import { dateTime, money } from '../../lib/format.ts';
import { ask } from '../call.ts';
import { FilterBar, toQuery, type Filters } from '../filters.tsx';
import { More, Part, usePages, type ItemPage } from '../parts.tsx';

type Status = OperatorPayment['status'];

const MOODS: Record<Status, 'good' | 'bad' | 'waiting' | 'plain'> = {
  initiated: 'waiting',
  pending: 'waiting',
  authorised: 'waiting',
  processed: 'good',
  failed: 'bad',
  cancelled: 'plain',
};
const STATUSES = Object.keys(MOODS).map((value) => ({ value, text: value }));
const COLUMNS = [
  'Payment',
  'Status',
  { number: 'Amount' },
  { number: 'Given back' },
  'Order',
  'Customer',
  'Begun',
];

export function PaymentList({ filters }: { filters: Filters }) {
  const query = toQuery(filters);
  const list = usePages(
    (cursor) =>
      ask<ItemPage<OperatorPayment>>(`/payments?${toQuery(filters, cursor ? { cursor } : {})}`),
    [query],
  );
  return (
    <>
      <FilterBar section="payments" statuses={STATUSES} filters={filters} />
      <Part of={list}>
        {({ items }) => (
          <Table
            caption="Payments, the newest first"
            columns={COLUMNS}
            rows={items.map(toRow)}
            none="No payment fits."
          />
        )}
      </Part>
      <More of={list} />
    </>
  );
}

function toRow(payment: OperatorPayment) {
  const { paymentId, orderId, userId, amount, currency, decimals } = payment;
  const { status, refundedAmount, createdAt } = payment;
  return {
    key: paymentId,
    cells: [
      <a href={`#payments/${encodeURIComponent(paymentId)}`}>{paymentId}</a>,
      <PaymentStatus status={status} />,
      money(amount, currency, decimals),
      refundedAmount > 0 ? money(refundedAmount, currency, decimals) : '–',
      <a class="cut" href={`#orders/${encodeURIComponent(orderId)}`}>
        {orderId}
      </a>,
      <a class="cut" href={`#customers/${encodeURIComponent(userId)}`}>
        {userId}
      </a>,
      <time dateTime={createdAt}>{dateTime(createdAt)}</time>,
    ],
  };
}

export function PaymentStatus({ status }: { status: Status }) {
  return <span class={`pill pill-${MOODS[status]}`}>{status}</span>;
}
