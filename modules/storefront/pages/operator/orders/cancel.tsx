/** Cancelling an order for its customer. */
import { useId, useState } from 'preact/hooks';
import type { OperatorOrder } from '../../../../orders/api.ts';
import { CheckedField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { confirmed } from '../../components/confirm.tsx';
import { Notice } from '../../components/states.tsx';
import { money } from '../../lib/format.ts';
import { PAID } from '../../lib/status.ts';
import { ask } from '../call.ts';
import { Allowed } from '../parts.tsx';

export function CancelOrder({
  order,
  onChange,
}: {
  order: OperatorOrder;
  onChange: () => Promise<void>;
}) {
  const id = useId();
  // The form goes when the order can be cancelled no more: what came of it stays.
  const [done, setDone] = useState<string>();
  const { orderId, orderNumber, orderStatusCode, orderAmount, currency, decimals } = order;
  if (!order.cancellable) return done === undefined ? null : <Notice>{done}</Notice>;
  const isPaid = orderStatusCode === PAID;
  const cancel = async ({ reason }: Record<string, string>) => {
    const what = isPaid
      ? `Cancel order ${orderNumber}? ${money(orderAmount, currency, decimals)} were paid; what of it was not given back yet is given back.`
      : `Cancel order ${orderNumber}? Nothing was paid.`;
    if (!(await confirmed(what, 'Cancel the order'))) return undefined;
    const body = reason ? { reason } : {};
    const path = `/orders/${encodeURIComponent(orderId)}/cancel`;
    const after = await ask<OperatorOrder>(path, { method: 'POST', body });
    setDone(after.cancellation === 'cancelled' ? 'It is cancelled.' : 'Its refund is asked for.');
    await onChange();
    return undefined;
  };
  return (
    <section aria-labelledby={id}>
      <h4 id={id}>Cancel the order</h4>
      <Allowed to="support">
        <CheckedForm class="tools" action="Cancel the order" run={cancel}>
          <CheckedField
            name="reason"
            label="Reason"
            hint="The customer is shown it; empty: Cancelled by the shop"
            maxLength={500}
          />
        </CheckedForm>
      </Allowed>
    </section>
  );
}
