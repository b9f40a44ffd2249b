/** Giving back all or some of a payment. */
import { useState } from 'preact/hooks';
import type { OperatorPayment, RefundShown } from '../../../../payments/api.ts';
import { CheckedField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { confirmed } from '../../components/confirm.tsx';
import { Notice } from '../../components/states.tsx';
import { fromField, money } from '../../lib/format.ts';
import { Problem } from '../../lib/http.ts';
import { postOnce } from '../call.ts';
import { Allowed } from '../parts.tsx';

/** The form, where something is left to be given back. */
export function RefundForm({
  payment,
  onChange,
}: {
  payment: OperatorPayment;
  onChange: () => Promise<void>;
}) {
  const { paymentId, amount, status, refunds, currency, decimals = 2 } = payment;
  const given = refunds.filter((one) => one.status !== 'failed');
  const left = amount - given.reduce((sum, one) => sum + one.amount, 0);
  // The form goes when nothing is left: what came of it stays.
  const [done, setDone] = useState<string>();
  if (status !== 'processed' || left <= 0)
    return done === undefined ? null : <Notice>{done}</Notice>;
  const step = 1 / 10 ** decimals;
  const giveBack = async ({ amount: text = '', reason }: Record<string, string>) => {
    const wanted = fromField(text, decimals);
    const what =
      wanted === undefined
        ? `all that is left, ${money(left, currency, decimals)}`
        : `${money(wanted, currency, decimals)} of ${money(left, currency, decimals)}`;
    if (!(await confirmed(`Give back ${what}?`, 'Give back'))) return undefined;
    const made = await postOnce<RefundShown>(`/payments/${encodeURIComponent(paymentId)}/refunds`, {
      ...(wanted !== undefined && { amount: wanted }),
      ...(reason && { reason }),
    });
    const said = wordsFor(made, currency, decimals);
    setDone(said);
    await onChange();
    return said;
  };
  return (
    <Allowed to="support">
      <CheckedForm class="tools" action="Give back" run={giveBack} isEmptied>
        <CheckedField
          name="amount"
          label="Amount"
          hint={`Empty: all that is left, ${money(left, currency, decimals)}`}
          type="number"
          inputMode="decimal"
          min={step}
          step={step}
        />
        <CheckedField name="reason" label="Reason of the refund" maxLength={500} />
      </CheckedForm>
    </Allowed>
  );
}

function wordsFor({ status, amount, failure }: RefundShown, currency: string, decimals?: number) {
  if (status === 'failed')
    throw new Problem(
      409,
      'refund-failed',
      `The provider gave nothing back: ${failure ?? 'it did not say why'}`,
    );
  const text = money(amount, currency, decimals);
  return status === 'done' ? `${text} were given back.` : `${text} are on their way back.`;
}
