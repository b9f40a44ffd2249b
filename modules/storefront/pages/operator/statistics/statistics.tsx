/** What the shop has sold: day by day, what sold best, and where orders were lost; in days of who looks. */
import type { ComponentChildren } from 'preact';
import type { Statistics as Sums } from '../../../../order-history/api.ts';
import { CheckedField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { Figures } from '../../components/table.tsx';
import { calendarDay, count, money, timeZone } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { ask } from '../call.ts';
import { Download } from '../download.tsx';
import { Part, type SectionProps } from '../parts.tsx';
import { Best, Days } from './tables.tsx';
import { Funnel } from './funnel.tsx';
import { RevenueChart } from './revenue.tsx';

/** How many of what sold best are shown. */
const TOP = 10;
/** Ranges that end today, in days. */
const RANGES = [7, 30, 90, 365];

export function Statistics({ rest: [from = '', to = ''] }: SectionProps) {
  const query = new URLSearchParams({
    ...(from && { from }),
    ...(to && { to }),
    timeZone: timeZone(),
    limit: `${TOP}`,
  });
  const path = `/order-history/statistics?${query}`;
  return (
    <>
      <CheckedForm
        key={`${from}/${to}`}
        class="tools"
        action="Show"
        run={show}
        extra={RANGES.map((days) => (
          <a key={days} href={`#statistics/${daysAgo(days - 1)}/${daysAgo(0)}`}>
            {days} days
          </a>
        ))}
      >
        <CheckedField name="from" label="From" type="date" defaultValue={from} />
        <CheckedField name="to" label="To" type="date" defaultValue={to} />
      </CheckedForm>
      <Asked key={path} path={path} />
    </>
  );
}

/** Other days are another question: what was there of those before does not stay. */
function Asked({ path }: { path: string }) {
  const statistics = useLoaded(() => ask<Sums>(path), [path]);
  return <Part of={statistics}>{(sums) => <Shown sums={sums} path={path} />}</Part>;
}

async function show({ from = '', to = '' }: Record<string, string>) {
  location.hash = `#statistics/${from}/${to}`;
  return undefined;
}

/** A day of the calendar of who looks, YYYY-MM-DD. */
function daysAgo(days: number): string {
  const now = new Date();
  const day = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate() - days);
  return new Date(day).toISOString().slice(0, 10);
}

function Shown({ sums, path }: { sums: Sums; path: string }) {
  const { total, days, currency, timeZone: zone, from, to } = sums;
  const { topProducts, topBrands, topCategories } = total;
  return (
    <>
      <h3>
        {calendarDay(from, true)} to {calendarDay(to, true)}
      </h3>
      <p class="fine">
        Orders by the day on which they were placed, in the time zone {zone}, and what has become of
        them since.
      </p>
      <Figures
        values={{
          Orders: count(total.orders),
          Paid: count(total.paidOrders),
          Revenue: money(total.revenue, currency),
          'Given back': money(total.refunded, currency),
        }}
      />
      <div class="charts">
        <RevenueChart days={days} currency={currency} />
        <Funnel total={total} />
      </div>
      <div class="best">
        <Best
          what="Products"
          sold={topProducts.map((one) => ({ ...one, key: one.productId }))}
          currency={currency}
        />
        <Best
          what="Brands"
          sold={topBrands.map((one) => ({ ...one, key: one.brand, name: one.brand }))}
          currency={currency}
        />
        <Best
          what="Categories"
          sold={topCategories.map((one) => ({ ...one, key: one.category, name: one.category }))}
          currency={currency}
        />
      </div>
      <Files path={path} />
      <Days days={days} currency={currency} />
    </>
  );
}

function Files({ path }: { path: string }) {
  const file = (table: string, text: ComponentChildren) => (
    <Download path={`${path}&format=csv&table=${table}`}>{text}</Download>
  );
  return (
    <div class="chart-tools" role="group" aria-label="Save as CSV">
      {file('days', 'Save the days as CSV')}
      {file('products', 'The products')}
      {file('brands', 'The brands')}
      {file('categories', 'The categories')}
    </div>
  );
}
