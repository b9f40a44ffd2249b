/** Stripe's Payment Element: the card goes from the buyer to Stripe, and never through the shop. */
import type { Stripe, StripeElements, StripePaymentElement } from '@stripe/stripe-js';
import { loadStripe } from '@stripe/stripe-js/pure/index.js';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Notice } from '../components/states.tsx';

interface Ready {
  stripe: Stripe;
  elements: StripeElements;
}

const NOT_LOADED = 'The payment could not be loaded. Look at your connection and try again.';

export function PaymentElement({
  publishableKey,
  clientSecret,
  amount,
  orderPath,
}: {
  publishableKey: string;
  clientSecret: string;
  /** What is paid, as people read it. */
  amount: string;
  /** Where the buyer goes on, from a bank's page too. */
  orderPath: string;
}) {
  const place = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState<Ready>();
  const [isPaying, setPaying] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let isGone = false;
    let element: StripePaymentElement | undefined;
    setFailure(undefined);
    void loadStripe(publishableKey).then(
      (stripe) => {
        if (isGone || !stripe || !place.current) return;
        const theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'night' : 'stripe';
        const elements = stripe.elements({ clientSecret, appearance: { theme } });
        const made = elements.create('payment');
        made.mount(place.current);
        element = made;
        setReady({ stripe, elements });
      },
      () => setFailure(NOT_LOADED),
    );
    return () => {
      isGone = true;
      element?.destroy();
    };
  }, [publishableKey, clientSecret, attempt]);

  const confirm = async ({ stripe, elements }: Ready) => {
    setPaying(true);
    setFailure(undefined);
    const { error } = await stripe
      .confirmPayment({
        elements,
        confirmParams: { return_url: new URL(orderPath, location.href).href },
        redirect: 'if_required',
      })
      .catch(() => ({ error: { message: NOT_LOADED } }));
    if (!error) return location.assign(orderPath);
    setPaying(false);
    setFailure(error.message ?? 'The payment did not succeed. Try again, or another way to pay.');
    return undefined;
  };

  return (
    <form
      class="panel"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !isPaying) void confirm(ready);
      }}
    >
      <div class="payment-element" ref={place} />
      {failure !== undefined && <Notice kind="bad">{failure}</Notice>}
      {failure === NOT_LOADED && !ready ? (
        <button type="button" onClick={() => setAttempt(attempt + 1)}>
          Try again
        </button>
      ) : (
        <button type="submit" class="primary" aria-disabled={!ready || isPaying}>
          {isPaying ? 'One moment…' : `Pay ${amount}`}
        </button>
      )}
    </form>
  );
}
