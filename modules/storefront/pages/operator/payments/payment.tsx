/** One payment with its refunds, and giving money back. */
import type { OperatorPayment, RefundShown } from '../../../../payments/api.ts';
import { confirmed } from '../../components/confirm.tsx';
import { CheckedField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { Figures, Table } from '../../components/table.tsx';
import { dateTime, fieldStep, fromField, money } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { ask, postOnce } from '../call.ts';
import { Allowed, Part } from '../parts.tsx';

export function OnePayment({
  paymentId,
  onChange,
}: {
  paymentId: string;
  onChange: () => Promise<void>;
}) {
  const path = `/payments/${encodeURIComponent(paymentId)}`;
  const payment = useLoaded(() => ask<OperatorPayment>(path), [path]);
  const giveBack = async ({ amount: text = '', reason }: Record<string, string>) => {
    const { currency = '', decimals } = payment.data ?? {};
    const amount = fromField(text, decimals);
    const what = amount === undefined ? 'all that is left' : money(amount, currency, decimals);
    if (!(await confirmed(`Give back ${what}?`, 'Give back'))) return undefined;
    const made = await postOnce<RefundShown>(`${path}/refunds`, {
      ...(amount !== undefined && { amount }),
      ...(reason && { reason }),
    });
    await Promise.all([payment.reload(), onChange()]);
    return wordsFor(made, currency, decimals);
  };
  return (
    <div class="panel">
      <Part of={payment}>{(found) => <Present payment={found} />}</Part>
      <Allowed to="support">
        <CheckedForm class="tools" action="Give back" run={giveBack}>
          <CheckedField
            name="amount"
            label="Amount (empty: all that is left)"
            type="number"
            min={fieldStep()}
            step={fieldStep()}
          />
          <CheckedField name="reason" label="Reason" maxLength={500} />
        </CheckedForm>
      </Allowed>
    </div>
  );
}

function Present({ payment }: { payment: OperatorPayment }) {
  const { paymentId, orderId, status, provider, amount, refundedAmount } = payment;
  const { currency, decimals, reason, refunds } = payment;
  const rows = refunds.map((one) => ({
    key: one.refundId,
    cells: [
      money(one.amount, currency, decimals),
      one.failure ? `${one.status}: ${one.failure}` : one.status,
      one.reason,
      dateTime(one.at),
    ],
  }));
  return (
    <>
      <h3>Payment {paymentId}</h3>
      <Figures
        values={{
          Status: status,
          Amount: money(amount, currency, decimals),
          'Given back': money(refundedAmount, currency, decimals),
          Provider: provider,
        }}
      />
      {reason && <p>The reason: {reason}</p>}
      <p>
        <a href={`#orders/${encodeURIComponent(orderId)}`}>Its order</a>
      </p>
      {rows.length > 0 && (
        <Table
          caption="Refunds"
          columns={[{ number: 'Amount' }, 'Status', 'Reason', 'At']}
          rows={rows}
        />
      )}
    </>
  );
}

function wordsFor({ status, amount, failure }: RefundShown, currency: string, decimals?: number) {
  if (status === 'failed')
    return `The provider gave nothing back: ${failure ?? 'it did not say why'}`;
  const text = money(amount, currency, decimals);
  return status === 'done' ? `${text} were given back.` : `${text} are on their way back.`;
}
