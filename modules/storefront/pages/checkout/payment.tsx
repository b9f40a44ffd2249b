/** How the order is paid. */
import type { Provider } from '../../../payments/api.ts';

export function Payment({ provider: { provider, publishableKey } }: { provider: Provider }) {
  return (
    <section class="panel" aria-labelledby="payment-title">
      <h2 id="payment-title">Payment</h2>
      {provider === 'simulated' && (
        <div class="test-card">
          <p>
            <strong>This is a test shop: no money is taken.</strong>
          </p>
          <p class="fine">
            Your order is paid with a test card. Do not enter a card of your own anywhere.
          </p>
        </div>
      )}
      {provider === 'stripe' && publishableKey !== undefined && (
        <p>By card or another way, on the next page, once your products are put aside for you.</p>
      )}
      {provider === 'stripe' && publishableKey === undefined && (
        <p class="notice notice-bad">This shop cannot take payments at the moment.</p>
      )}
    </section>
  );
}
