/**
 * Paying an order where the provider asks the buyer. The page has the order's own address, so that a reload,
 * a closed tab or the way back from a bank loses nothing: the order waits for its payment meanwhile.
 */
import type { Provider } from '../../../payments/api.ts';
import { Notice } from '../components/states.tsx';
import type { Page } from '../lib/page.ts';
import { Payment } from './payment.tsx';

/**
 * What Stripe documents for its script, its frames and its calls:
 * https://docs.stripe.com/security/guide#content-security-policy
 */
const STRIPE_SOURCES = {
  'script-src': "'self' https://js.stripe.com https://*.js.stripe.com",
  'frame-src': 'https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com',
  'connect-src': "'self' https://api.stripe.com",
};

interface PayData {
  provider: Provider;
  /** Whether the server has rendered the page with it, under the policy that Stripe needs. */
  isAllowed: boolean;
}

export const pay: Page<PayData> = {
  name: 'pay',
  path: '/orders/:orderId/pay',
  bundle: 'shop',
  head: () => ({ title: 'Payment' }),
  load: async (get) => ({
    provider: await get<Provider>('/api/payments/provider'),
    isAllowed: typeof document === 'undefined',
  }),
  policy: ({ provider: { provider } }) => (provider === 'stripe' ? STRIPE_SOURCES : undefined),
  View({ frame, data: { provider, isAllowed } }) {
    const { publishableKey } = provider;
    return (
      <div class="narrow">
        <h1>Payment</h1>
        {!isAllowed ? (
          <>
            <Notice kind="bad">The payment cannot be shown at the moment.</Notice>
            <button type="button" onClick={() => location.reload()}>
              Try again
            </button>
          </>
        ) : provider.provider === 'stripe' && publishableKey === undefined ? (
          <Notice kind="bad">This shop cannot take payments at the moment.</Notice>
        ) : (
          <Payment orderId={frame.params['orderId'] ?? ''} publishableKey={publishableKey} />
        )}
      </div>
    );
  },
};
