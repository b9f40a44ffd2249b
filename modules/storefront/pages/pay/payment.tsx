/** Waiting until an order can be paid, and its payment. */
import { useEffect, useState } from 'preact/hooks';
import type { Order } from '../../../orders/api.ts';
import type { Payment as PaymentShown } from '../../../payments/api.ts';
import { Loading, ProblemNotice } from '../components/states.tsx';
import { money } from '../lib/format.ts';
import { get } from '../lib/http.ts';
import { getOrder, orderPath } from '../lib/orders.ts';
import { PaymentElement } from './payment-element.tsx';

const ASK_EVERY_MS = 500;

/** Up to which status an order may still be paid. */
const PAYMENT_INITIATED = 2;

interface Payable {
  order: Order;
  clientSecret: string;
}

/** Shows the payment of an order as soon as it can be paid; one that has nothing to pay has its own page. */
export function Payment({
  orderId,
  publishableKey,
}: {
  orderId: string;
  publishableKey: string | undefined;
}) {
  const [payable, setPayable] = useState<Payable>();
  const [error, setError] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    setError(undefined);
    waitUntilPayable(orderId, controller.signal).then(
      (found) => {
        if (found) setPayable(found);
        else location.replace(orderPath(orderId));
      },
      (problem: unknown) => {
        if (!controller.signal.aborted) setError(problem);
      },
    );
    return () => controller.abort();
  }, [attempt]);

  if (error !== undefined)
    return <ProblemNotice error={error} retry={() => setAttempt(attempt + 1)} />;
  if (!payable || publishableKey === undefined)
    return <Loading text="Your products are put aside for you. One moment…" />;
  const { order, clientSecret } = payable;
  const { orderAmount, currency, decimals, orderNumber } = order;
  return (
    <>
      <p>
        Your order {orderNumber} is placed. It is yours once it is paid; if you leave, you can come
        back to its payment from <a href={orderPath(orderId)}>the order’s page</a> for a while.
      </p>
      <PaymentElement
        publishableKey={publishableKey}
        clientSecret={clientSecret}
        amount={money(orderAmount, currency, decimals)}
        orderPath={orderPath(orderId)}
      />
    </>
  );
}

/** What is needed to pay, or undefined where the order is paid, or has ended. */
async function waitUntilPayable(
  orderId: string,
  signal: AbortSignal,
): Promise<Payable | undefined> {
  for (;;) {
    const order = await getOrder(orderId, signal);
    const { orderStatusCode: status } = order;
    if (status < 0 || status > PAYMENT_INITIATED) return undefined;
    const payment = await paymentOf(orderId, signal);
    // The order hears of it a moment later.
    if (payment?.status === 'authorised' || payment?.status === 'processed') return undefined;
    if (payment?.action) return { order, ...payment.action };
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    signal.throwIfAborted();
  }
}

async function paymentOf(orderId: string, signal: AbortSignal): Promise<PaymentShown | undefined> {
  const path = `/api/payments?orderId=${encodeURIComponent(orderId)}`;
  const { items } = await get<{ items: PaymentShown[] }>(path, signal);
  return items[0];
}
