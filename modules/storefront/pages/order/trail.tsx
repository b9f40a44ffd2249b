/** The technical trail of an order: its ids, and its life event by event. */
import { useEffect, useState } from 'preact/hooks';
import type { TimelineItem, Order } from '../../../orders/api.ts';
import { ProblemNotice } from '../components/states.tsx';
import { Timeline } from '../components/timeline.tsx';
import { get } from '../lib/http.ts';
import { orderApiPath } from '../lib/orders.ts';

/** Asked for only when somebody wants to see it. */
export function Trail({ order: { orderId, paymentId, updatedAt } }: { order: Order }) {
  const [isOpen, setOpen] = useState(false);
  const [entries, setEntries] = useState<readonly TimelineItem[]>([]);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (!isOpen) return;
    get<{ items: TimelineItem[] }>(orderApiPath(orderId, '/timeline')).then(({ items }) => {
      setEntries(items);
      setError(undefined);
    }, setError);
  }, [isOpen, updatedAt]);
  return (
    <details class="trail" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Details</summary>
      <dl class="facts">
        <dt>Order</dt>
        <dd>{orderId}</dd>
        {paymentId !== undefined && (
          <>
            <dt>Payment</dt>
            <dd>{paymentId}</dd>
          </>
        )}
      </dl>
      {error !== undefined && <ProblemNotice error={error} />}
      <Timeline entries={entries} />
    </details>
  );
}
