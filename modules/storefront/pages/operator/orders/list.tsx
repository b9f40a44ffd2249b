/** Orders that fit the filters, the newest first. */
import type { ListedOrder } from '../../../../orders/api.ts';
import { Table } from '../../components/table.tsx';
import { count, dateTime, money } from '../../lib/format.ts';
import { statusOf } from '../../lib/status.ts';
import { ask } from '../call.ts';
import { FilterBar, toQuery, type Filters } from '../filters.tsx';
import { More, Part, usePages, type ItemPage } from '../parts.tsx';

const COLUMNS = [
  'Order',
  'Status',
  { number: 'Amount' },
  { number: 'Pieces' },
  'Customer',
  'Placed',
];
const STATUSES = [1, 2, 3, 4, -1, -2, -3].map((code) => ({
  value: String(code),
  text: statusOf(code).name,
}));

export function OrderList({ filters }: { filters: Filters }) {
  const query = toQuery(filters);
  const list = usePages(
    (cursor) => ask<ItemPage<ListedOrder>>(`/orders?${toQuery(filters, cursor ? { cursor } : {})}`),
    [query],
  );
  return (
    <>
      <FilterBar section="orders" statuses={STATUSES} filters={filters} />
      <Part of={list}>
        {({ items }) => (
          <Table
            caption="Orders, the newest first"
            columns={COLUMNS}
            rows={items.map(toRow)}
            none="No order fits."
          />
        )}
      </Part>
      <More of={list} />
    </>
  );
}

function toRow(order: ListedOrder) {
  const { orderId, orderNumber, orderStatusCode, orderAmount, currency, decimals } = order;
  const { pieces, userId, email, createdAt } = order;
  const { name, mood } = statusOf(orderStatusCode);
  return {
    key: orderId,
    cells: [
      <a href={`#orders/${encodeURIComponent(orderId)}`}>{orderNumber}</a>,
      <span class={`pill pill-${mood}`}>{name}</span>,
      money(orderAmount, currency, decimals),
      count(pieces),
      <a class="cut" href={`#customers/${encodeURIComponent(userId)}`}>
        {email ?? userId}
      </a>,
      <time dateTime={createdAt}>{dateTime(createdAt)}</time>,
    ],
  };
}
