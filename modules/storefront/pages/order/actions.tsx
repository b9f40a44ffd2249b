/** What can be done about an order: cancelling it, ordering the same again, printing it. */
import { useState } from 'preact/hooks';
import type { Order } from '../../../orders/api.ts';
import type { Provider } from '../../../payments/api.ts';
import { confirmed } from '../components/confirm.tsx';
import { Notice, ProblemNotice } from '../components/states.tsx';
import { counted } from '../lib/format.ts';
import { lines, write } from '../lib/cart.ts';
import { get, Problem } from '../lib/http.ts';
import { findProduct } from '../lib/known-products.ts';
import { useLoaded } from '../lib/loaded.ts';
import { cancelOrder, payPath } from '../lib/orders.ts';
import { AWAITING_PAYMENT, hasEnded, isReceipt, PAID } from '../lib/status.ts';
import { orderAgain, type Again } from './again.ts';
import { FreshSession } from './fresh-session.tsx';

export function Actions({ order, refresh }: { order: Order; refresh: () => Promise<void> }) {
  const { orderStatusCode, reasonCode } = order;
  // The same order from the same session would end the same way.
  if (reasonCode === 'identity-score') return <FreshSession items={order.items} />;
  return (
    <div class="row actions">
      {orderStatusCode === AWAITING_PAYMENT && <PayNow orderId={order.orderId} />}
      {(orderStatusCode === PAID || hasEnded(orderStatusCode)) && <OrderAgain order={order} />}
      {isReceipt(orderStatusCode) && (
        <button type="button" onClick={() => print()}>
          Print the receipt
        </button>
      )}
      <Cancelling order={order} refresh={refresh} />
    </div>
  );
}

/** Only where the provider asks the buyer: elsewhere the payment comes by itself. */
function PayNow({ orderId }: Pick<Order, 'orderId'>) {
  const { data } = useLoaded(() => get<Provider>('/api/payments/provider'), []);
  if (data?.publishableKey === undefined) return null;
  return (
    <a class="button primary" href={payPath(orderId)}>
      Pay now
    </a>
  );
}

function Cancelling({ order, refresh }: { order: Order; refresh: () => Promise<void> }) {
  const [error, setError] = useState<unknown>();
  const { orderId, orderStatusCode, cancellable } = order;
  const isPaid = orderStatusCode === PAID;

  const cancel = async () => {
    const question = isPaid
      ? 'Cancel this order? You get back what you paid.'
      : 'Cancel this order? Nothing has been paid yet.';
    if (!(await confirmed(question, 'Cancel the order'))) return;
    setError(undefined);
    await cancelOrder(orderId).catch(setError);
    await refresh();
    // The button is gone, and with it the focus.
    if (!document.getElementById('cancel')) document.getElementById('main')?.focus();
  };

  const isTooLate = error instanceof Problem && error.status === 409;
  return (
    <>
      {cancellable && (
        <button type="button" class="danger" id="cancel" onClick={() => void cancel()}>
          Cancel the order
        </button>
      )}
      {isTooLate && (
        <Notice kind="plain">Sorry, it is too late to cancel this order. It stays as it is.</Notice>
      )}
      {error !== undefined && !isTooLate && <ProblemNotice error={error} />}
    </>
  );
}

function OrderAgain({ order: { items, orderStatusCode } }: { order: Order }) {
  const [state, setState] = useState<{ isAsking?: boolean; again?: Again; error?: unknown }>({});
  const fill = async () => {
    if (state.isAsking) return;
    setState({ isAsking: true });
    try {
      const found = await Promise.all(
        items.map(async ({ productId }) => {
          return [productId, await findProduct(productId, { fresh: true })] as const;
        }),
      );
      const stock = new Map(found);
      const again = orderAgain(items, lines.value, (productId) => stock.get(productId) ?? null);
      write(again.lines);
      setState({ again });
    } catch (error) {
      setState({ error });
    }
  };
  return (
    <>
      <button
        type="button"
        class={orderStatusCode < 0 ? 'primary' : undefined}
        aria-disabled={state.isAsking}
        onClick={() => void fill()}
      >
        {state.isAsking ? 'One moment…' : 'Order again'}
      </button>
      <div class="again" role="status">
        {state.again && <FilledCart {...state.again} />}
      </div>
      {state.error !== undefined && <ProblemNotice error={state.error} />}
    </>
  );
}

function FilledCart({ added, missing }: Again) {
  return (
    <div class={`notice notice-${added > 0 ? 'good' : 'plain'}`}>
      <p>
        {added > 0 ? (
          <>
            {counted(added, 'piece is', 'pieces are')} in your <a href="/cart">cart</a>.
          </>
        ) : (
          'Nothing of this order can be added to your cart.'
        )}
      </p>
      {missing.length > 0 && (
        <>
          {added > 0 && <p>Not all could be had:</p>}
          <ul>
            {missing.map(({ productId, name, why }) => (
              <li key={productId}>
                <bdi>{name}</bdi>: {why}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
