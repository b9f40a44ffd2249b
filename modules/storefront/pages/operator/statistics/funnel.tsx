/** How far orders went: placed, accepted, paid; and where the others were lost. */
import type { Statistics } from '../../../../order-history/api.ts';
import { count, share } from '../../lib/format.ts';

export function Funnel({ total }: { total: Statistics['total'] }) {
  const { orders, acceptedOrders, paidOrders } = total;
  const stages = [
    { name: 'Placed', number: orders },
    { name: 'Accepted', number: acceptedOrders },
    { name: 'Paid', number: paidOrders },
  ];
  const losses = [
    { name: 'rejected', number: total.rejectedOrders },
    { name: 'payment failed', number: total.failedOrders },
    { name: 'cancelled', number: total.cancelledOrders },
    { name: 'refunded altogether', number: total.refundedOrders },
  ];
  return (
    <section class="chart panel" aria-labelledby="funnel">
      <h3 id="funnel">From placed to paid</h3>
      <ol class="funnel">
        {stages.map(({ name, number }) => (
          <li key={name}>
            <span>{name}</span>
            <meter max={Math.max(1, orders)} value={number} aria-hidden="true" />
            <strong>
              {count(number)} {orders > 0 && <span class="fine">{share(number / orders)}</span>}
            </strong>
          </li>
        ))}
      </ol>
      <p class="funnel-losses">
        <span>Lost:</span>
        {losses.map(({ name, number }) => (
          <span key={name}>
            <strong>{count(number)}</strong> {name}
          </span>
        ))}
      </p>
    </section>
  );
}
