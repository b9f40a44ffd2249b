/** Orders, the newest first, and one of them as its streams hold it. */
import type { OperatorOrder } from '../../../../order-history/api.ts';
import type { TimelineItem } from '../../../../orders/api.ts';
import { CheckedField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { Table } from '../../components/table.tsx';
import { Timeline } from '../../components/timeline.tsx';
import { dateTime, money } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { statusOf } from '../../lib/status.ts';
import { ask } from '../call.ts';
import { More, Part, usePages, type ItemPage, type SectionProps } from '../parts.tsx';
import { Score } from './score.tsx';

const COLUMNS = ['Order', 'Status', { number: 'Amount' }, 'Placed'];

const hashOf = (orderId: string) => `#orders/${encodeURIComponent(orderId)}`;

export function Orders({ rest: [orderId] }: SectionProps) {
  return (
    <>
      <CheckedForm class="tools" action="Show" run={show}>
        <CheckedField name="orderId" label="Order no." required defaultValue={orderId ?? ''} />
      </CheckedForm>
      {orderId ? <Life key={orderId} orderId={orderId} /> : <List />}
    </>
  );
}

async function show({ orderId = '' }: Record<string, string>) {
  location.hash = hashOf(orderId.trim());
  return undefined;
}

function Life({ orderId }: { orderId: string }) {
  const path = `/orders/${encodeURIComponent(orderId)}/timeline`;
  const events = useLoaded(() => ask<{ items: TimelineItem[] }>(path), [path]);
  return (
    <>
      <h3>Timeline</h3>
      <Part of={events}>{({ items }) => <Timeline entries={items} />}</Part>
      <h3>Identity score</h3>
      <Score orderId={orderId} />
    </>
  );
}

function List() {
  const list = usePages(getPage, []);
  return (
    <>
      <Part of={list}>
        {({ items }) => (
          <Table caption="Orders, the newest first" columns={COLUMNS} rows={items.map(toRow)} />
        )}
      </Part>
      <More of={list} />
    </>
  );
}

function getPage(cursor?: string): Promise<ItemPage<OperatorOrder>> {
  return ask(`/order-history?${new URLSearchParams({ ...(cursor && { cursor }) })}`);
}

function toRow(order: OperatorOrder) {
  const { orderId, orderStatusCode, orderAmount, currency, decimals, placedAt } = order;
  const { name, mood } = statusOf(orderStatusCode);
  return {
    key: orderId,
    cells: [
      <a href={hashOf(orderId)}>{orderId}</a>,
      <span class={`pill pill-${mood}`}>{name}</span>,
      money(orderAmount, currency, decimals),
      dateTime(placedAt),
    ],
  };
}
