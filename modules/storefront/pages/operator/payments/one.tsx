/** One payment, whole, with its refunds and giving money back. */
import type { OperatorPayment } from '../../../../payments/api.ts';
import { Figures, Table } from '../../components/table.tsx';
import { dateTime, money } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { ask } from '../call.ts';
import { Part } from '../parts.tsx';
import { PaymentStatus } from './list.tsx';
import { RefundForm } from './refund.tsx';

export function OnePayment({ paymentId }: { paymentId: string }) {
  const path = `/payments/${encodeURIComponent(paymentId)}`;
  const payment = useLoaded(() => ask<OperatorPayment>(path), [path]);
  return (
    <>
      <p>
        <a href="#payments">All payments</a>
      </p>
      <h3>
        Payment <span class="cut">{paymentId}</span>
      </h3>
      <Part of={payment}>
        {(found) => <PaymentPanel payment={found} onChange={payment.reload} />}
      </Part>
    </>
  );
}

/** What is known of a payment; `isLinked` where it stands on the page of its order. */
export function PaymentPanel({
  payment,
  onChange,
  isLinked = false,
}: {
  payment: OperatorPayment;
  onChange: () => Promise<void>;
  isLinked?: boolean;
}) {
  const { paymentId, orderId, userId, status, provider, amount, refundedAmount } = payment;
  const { currency, decimals, reason, undo, refunds, reference, createdAt, endedAt } = payment;
  return (
    <div class="panel">
      <Figures
        values={{
          Status: <PaymentStatus status={status} />,
          Amount: money(amount, currency, decimals),
          'Given back': money(refundedAmount, currency, decimals),
          Provider: provider,
          Begun: <small>{dateTime(createdAt)}</small>,
          ...(endedAt !== undefined && { Ended: <small>{dateTime(endedAt)}</small> }),
        }}
      />
      {reason !== undefined && <p>The reason: {reason}</p>}
      {undo !== undefined && <p>Its order was undone: {undo}</p>}
      {reference !== undefined && (
        <p class="fine">
          The provider calls it <code>{reference}</code>.
        </p>
      )}
      <p class="row">
        {isLinked ? (
          <a href={`#payments/${encodeURIComponent(paymentId)}`}>The payment by itself</a>
        ) : (
          <>
            <a href={`#orders/${encodeURIComponent(orderId)}`}>Its order</a>
            <a href={`#customers/${encodeURIComponent(userId)}`}>Its customer</a>
          </>
        )}
      </p>
      {refunds.length > 0 && (
        <Table
          caption="Refunds"
          columns={[{ number: 'Amount' }, 'Status', 'Reason', 'At']}
          rows={refunds.map((one) => ({
            key: one.refundId,
            cells: [
              money(one.amount, currency, decimals),
              one.failure ? `${one.status}: ${one.failure}` : one.status,
              one.reason,
              <time dateTime={one.at}>{dateTime(one.at)}</time>,
            ],
          }))}
        />
      )}
      <RefundForm payment={payment} onChange={onChange} />
    </div>
  );
}
