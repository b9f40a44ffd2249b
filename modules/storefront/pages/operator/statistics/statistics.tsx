/** What the shop has sold: day by day, and what sold best. */
import type { Statistics as Sums } from '../../../../order-history/api.ts';
import { CheckedField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { Figures, Table } from '../../components/table.tsx';
import { count, money } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { ask } from '../call.ts';
import { Part, type SectionProps } from '../parts.tsx';

export function Statistics({ rest: [from = '', to = ''] }: SectionProps) {
  const query = new URLSearchParams({ ...(from && { from }), ...(to && { to }) });
  const path = `/order-history/statistics?${query}`;
  const statistics = useLoaded(() => ask<Sums>(path), [path]);
  return (
    <>
      <CheckedForm class="tools" action="Show" run={show}>
        <CheckedField name="from" label="From" type="date" defaultValue={from} />
        <CheckedField name="to" label="To" type="date" defaultValue={to} />
      </CheckedForm>
      <Part of={statistics}>{(sums) => <Shown sums={sums} />}</Part>
    </>
  );
}

async function show({ from = '', to = '' }: Record<string, string>) {
  location.hash = `#statistics/${from}/${to}`;
  return undefined;
}

function Shown({ sums: { total, days, currency, timeZone, from, to } }: { sums: Sums }) {
  const { orders, paidOrders, revenue, refunded, topProducts, topBrands, topCategories } = total;
  return (
    <>
      <h3>
        {from} to {to}, {timeZone}
      </h3>
      <Figures
        values={{
          Orders: count(orders),
          Paid: count(paidOrders),
          Revenue: money(revenue, currency),
          'Given back': money(refunded, currency),
        }}
      />
      <Best
        what="Products"
        sold={topProducts.map(({ name, ...sold }) => ({ name, ...sold }))}
        currency={currency}
      />
      <Best
        what="Brands"
        sold={topBrands.map(({ brand: name, ...sold }) => ({ name, ...sold }))}
        currency={currency}
      />
      <Best
        what="Categories"
        sold={topCategories.map(({ category: name, ...sold }) => ({ name, ...sold }))}
        currency={currency}
      />
      <Days days={days} currency={currency} />
    </>
  );
}

function Best({
  what,
  sold,
  currency,
}: {
  what: string;
  sold: readonly { name: string; productId?: string; pieces: number; amount: number }[];
  currency: string;
}) {
  const rows = sold.map(({ name, productId = name, pieces, amount }) => ({
    key: productId,
    cells: [name || '–', count(pieces), money(amount, currency)],
  }));
  return (
    <Table
      caption={`${what} that sold best`}
      columns={[what, { number: 'Pieces' }, { number: 'For' }]}
      rows={rows}
      none="Nothing was sold."
    />
  );
}

const DAY_COLUMNS = [
  'Day',
  { number: 'Orders' },
  { number: 'Paid' },
  { number: 'Revenue' },
  'Compared',
];

function Days({ days, currency }: { days: Sums['days']; currency: string }) {
  const busy = days.filter(({ orders }) => orders > 0).toReversed();
  const most = Math.max(1, ...busy.map(({ revenue }) => revenue));
  const rows = busy.map(({ day, orders, paidOrders, revenue }) => ({
    key: day,
    cells: [
      <time>{day}</time>,
      count(orders),
      count(paidOrders),
      money(revenue, currency),
      <meter max={most} value={Math.max(0, revenue)} aria-hidden="true" />,
    ],
  }));
  return (
    <Table
      caption="Day by day, the latest first"
      columns={DAY_COLUMNS}
      rows={rows}
      none="Nothing was ordered."
    />
  );
}
