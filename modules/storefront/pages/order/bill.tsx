/** What was ordered, and what it costs. */
import type { Order } from '../../../orders/api.ts';
import { Thumb } from '../components/thumb.tsx';
import { money } from '../lib/format.ts';
import { productPath } from '../lib/products.ts';
import { AWAITING_PAYMENT, PAID, REFUNDED } from '../lib/status.ts';

export function Bill({ order }: { order: Order }) {
  const { items, itemsAmount, orderAmount, delivery, refundedAmount, paymentId } = order;
  const amount = (of: number) => money(of, order.currency, order.decimals);
  return (
    <section class="panel bill" aria-labelledby="bill">
      <h2 id="bill">What you ordered</h2>
      <ul class="bill-lines">
        {items.map(({ productId, name, quantity, unitPrice }) => (
          <li key={productId}>
            <Thumb productId={productId} name={name} />
            <span class="bill-name">
              <a href={productPath(productId)} dir="auto">
                {name}
              </a>
              <span class="fine">
                {quantity} × {amount(unitPrice)}
              </span>
            </span>
            <span class="amount">{amount(unitPrice * quantity)}</span>
          </li>
        ))}
      </ul>
      <dl class="sums">
        {delivery && (
          <>
            <Sum name="Items" value={amount(itemsAmount)} />
            <Sum
              name={`Delivery, ${delivery.name}`}
              value={delivery.price === 0 ? 'Free' : amount(delivery.price)}
            />
          </>
        )}
        <Sum name="Total" value={amount(orderAmount)} isTotal />
        {Boolean(refundedAmount) && <Sum name="Given back" value={amount(refundedAmount!)} />}
        <Sum name="Payment" value={paymentOf(order)} />
      </dl>
      {paymentId !== undefined && <p class="print-only fine">Payment no. {paymentId}</p>}
    </section>
  );
}

function Sum({ name, value, isTotal }: { name: string; value: string; isTotal?: boolean }) {
  return (
    <div class={isTotal ? 'total' : undefined}>
      <dt dir="auto">{name}</dt>
      <dd class="amount">{value}</dd>
    </div>
  );
}

function paymentOf({ orderStatusCode, refundedAmount, cancellation }: Order): string {
  if (orderStatusCode === REFUNDED) return 'Paid and given back';
  if (orderStatusCode === PAID) {
    if (cancellation === 'refund requested') return 'Paid; on its way back';
    return refundedAmount ? 'Paid, partly given back' : 'Paid';
  }
  return orderStatusCode === AWAITING_PAYMENT ? 'Not paid yet' : 'Not paid';
}
