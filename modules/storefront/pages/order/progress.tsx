/** Where an order stands: what happens now, and its steps, each by its name and a mark, not by colour alone. */
import type { Order } from '../../../orders/api.ts';
import { money } from '../lib/format.ts';
import { AWAITING_PAYMENT, PAID, REFUNDED, statusOf, stepsOf } from '../lib/status.ts';
import type { Connection } from './watch.ts';

/** What a screen reader says for the mark of a step. */
const SAID = { done: 'done', current: 'under way', failed: 'ended here', open: 'to come' };

export function Progress({
  order,
  connection,
}: {
  order: Order;
  connection: Connection | undefined;
}) {
  const { orderStatusCode, reason, reasonCode, cancellation, delivery } = order;
  const { name, text, mood } = statusOf(orderStatusCode);
  const isRefunding = cancellation === 'refund requested';
  const isSent = orderStatusCode === PAID && !isRefunding && delivery !== undefined;
  return (
    <>
      <div class={`status status-${mood}`} role="status">
        <p class="status-name">{name}</p>
        <p>{text}</p>
        {reason !== undefined && reasonCode !== 'cancelled' && <p dir="auto">{reason}.</p>}
        {isSent && <p>We send it to the address below.</p>}
        {isRefunding && <p>You have cancelled it; your money is on its way back.</p>}
        <GivenBack order={order} />
      </div>
      <ol class="steps" aria-label="Steps of the order">
        {stepsOf(orderStatusCode).map(({ name: step, state }) => (
          <li
            key={step}
            class={`step step-${state}`}
            aria-current={state === 'current' ? 'step' : undefined}
          >
            {step}
            <span class="unseen"> ({SAID[state]})</span>
          </li>
        ))}
      </ol>
      {connection && orderStatusCode <= AWAITING_PAYMENT && (
        <p class={connection === 'live' ? 'fine is-live' : 'fine'} id="connection">
          {connection === 'live'
            ? 'This page updates by itself.'
            : 'The connection is lost; trying again…'}
        </p>
      )}
    </>
  );
}

function GivenBack({ order }: { order: Order }) {
  const { refundedAmount, orderStatusCode, currency, decimals } = order;
  if (!refundedAmount || orderStatusCode === REFUNDED) return null;
  return <p>{money(refundedAmount, currency, decimals)} has been given back so far.</p>;
}
