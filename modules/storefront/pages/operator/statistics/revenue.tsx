/** The revenue of each day as bars. */
import { useCallback, useMemo } from 'preact/hooks';
import type { Statistics } from '../../../../order-history/api.ts';
import { Chart } from '../../components/chart.tsx';
import { calendarDay, money } from '../../lib/format.ts';

export function RevenueChart({ days, currency }: { days: Statistics['days']; currency: string }) {
  const xs = useMemo(() => days.map((_, i) => i), [days]);
  const lines = useMemo(
    () => [{ label: 'Revenue', points: days.map(({ revenue }) => revenue) }],
    [days],
  );
  const formatX = useCallback(
    (i: number, isFull: boolean) => (days[i] ? calendarDay(days[i].day, isFull) : ''),
    [days],
  );
  return (
    <Chart
      title="Revenue by day"
      kind="bars"
      x="numbers"
      xs={xs}
      lines={lines}
      format={(amount) => money(amount, currency)}
      formatX={formatX}
      xTitle="Day"
    />
  );
}
