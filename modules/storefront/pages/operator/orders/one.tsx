/** One order, whole: what was bought, by whom, how it was paid, and what every module did with it. */
import type { OperatorOrder, Waterfall as Life } from '../../../../orders/api.ts';
import type { OperatorPayment } from '../../../../payments/api.ts';
import { Figures, Table } from '../../components/table.tsx';
import { count, dateTime, money } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { statusOf } from '../../lib/status.ts';
import { ask } from '../call.ts';
import { Part, useRepeat } from '../parts.tsx';
import { PaymentPanel } from '../payments/one.tsx';
import { CancelOrder } from './cancel.tsx';
import { Facts } from './facts.tsx';
import { Score } from './score.tsx';
import { isSettled } from './layout.ts';
import { Waterfall } from './waterfall.tsx';

/** The pause between two looks, in ms: while something happens, and while something may. */
const BUSY_MS = 1500;
const CALM_MS = 15_000;

export function OneOrder({ orderId }: { orderId: string }) {
  const id = encodeURIComponent(orderId);
  const order = useLoaded(() => ask<OperatorOrder>(`/orders/${id}`), [id]);
  const life = useLoaded(() => ask<Life>(`/orders/${id}/waterfall`), [id]);
  const payments = useLoaded(
    () => ask<{ items: OperatorPayment[] }>(`/payments?orderId=${id}`),
    [id],
  );
  const reload = async () => {
    await Promise.all([order.reload(), life.reload(), payments.reload()]);
  };
  const isCalm =
    order.data?.waitingFor.length === 0 && isSettled(life.data?.items ?? [], Date.now());
  const isOver = isCalm && order.data?.isFinal === true;
  useRepeat(
    async () => {
      if (!isOver) await reload();
    },
    isCalm ? CALM_MS : BUSY_MS,
  );
  return (
    <>
      <p>
        <a href="#orders">All orders</a>
      </p>
      <Part of={order}>
        {(found) => (
          <>
            <Head order={found} />
            <Facts order={found} />
            <Items order={found} />
            <CancelOrder order={found} onChange={reload} />
          </>
        )}
      </Part>
      <h3>Payment</h3>
      <Part of={payments}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="fine">None has begun.</p>
          ) : (
            <>
              {items.map((payment) => (
                <PaymentPanel
                  key={payment.paymentId}
                  payment={payment}
                  onChange={reload}
                  isLinked
                />
              ))}
            </>
          )
        }
      </Part>
      <h3>Identity score</h3>
      {order.data?.waitingFor.includes('identity') === false ? (
        <Score orderId={orderId} />
      ) : (
        <p class="fine">It was not judged yet.</p>
      )}
      <h3 id="waterfall-heading">What happened</h3>
      <Part of={life}>{({ items }) => <Waterfall items={items} now={Date.now()} />}</Part>
    </>
  );
}

function Head({ order }: { order: OperatorOrder }) {
  const { orderNumber, orderId, orderStatusCode, cancellation, reason, waitingFor } = order;
  const { name, mood } = statusOf(orderStatusCode);
  return (
    <>
      <h3 class="order-head">
        Order {orderNumber} <span class={`pill pill-${mood}`}>{name}</span>
        {cancellation === 'refund requested' && (
          <span class="pill pill-waiting">Refund requested</span>
        )}
      </h3>
      <p class="fine">
        <code>{orderId}</code>, placed {dateTime(order.createdAt)}, in this status since{' '}
        {dateTime(order.statusSince)}
      </p>
      {waitingFor.length > 0 && <p>It waits for: {waitingFor.join(', ')}.</p>}
      {reason !== undefined && <p>The reason: {reason}</p>}
    </>
  );
}

function Items({ order }: { order: OperatorOrder }) {
  const { items, currency, decimals, delivery, orderAmount, itemsAmount, refundedAmount } = order;
  const rows = items.map(({ productId, name, quantity, unitPrice }) => ({
    key: productId,
    cells: [
      <a class="cut" href={`#products/${encodeURIComponent(productId)}`}>
        {name}
      </a>,
      money(unitPrice, currency, decimals),
      count(quantity),
      money(unitPrice * quantity, currency, decimals),
    ],
  }));
  const inWords = (amount: number) => money(amount, currency, decimals);
  return (
    <>
      <Table
        caption="What was bought"
        columns={['Product', { number: 'Price' }, { number: 'Pieces' }, { number: 'Amount' }]}
        rows={rows}
      />
      <Figures
        values={{
          ...(delivery && {
            Items: inWords(itemsAmount),
            [`Delivery: ${delivery.name}`]: inWords(delivery.price),
          }),
          Total: inWords(orderAmount),
          ...(refundedAmount && { 'Given back': inWords(refundedAmount) }),
        }}
      />
    </>
  );
}
