/** The checkout: contact, delivery and payment on one page, and the order that is made of them. */
import type { DeliveryMethods } from '../../../orders/api.ts';
import type { Provider } from '../../../payments/api.ts';
import { Empty, Loading } from '../components/states.tsx';
import { isRead, pieces } from '../lib/cart.ts';
import type { Page } from '../lib/page.ts';
import { waiting } from '../lib/submission.ts';
import { Checkout, type CheckoutData } from './checkout.tsx';
import { progress } from './place.ts';

export const checkout: Page<CheckoutData> = {
  name: 'checkout',
  path: '/checkout',
  bundle: 'shop',
  head: () => ({ title: 'Checkout' }),
  async load(get) {
    const [delivery, provider] = await Promise.all([
      get<DeliveryMethods>('/api/delivery-methods'),
      get<Provider>('/api/payments/provider'),
    ]);
    return { delivery, provider };
  },
  View({ frame, data }) {
    const isEmpty =
      isRead.value && pieces.value === 0 && !waiting.value && progress.value.step === 'idle';
    return (
      <>
        <h1>Checkout</h1>
        <noscript>
          <p class="notice notice-bad">
            Your cart is kept by this browser, which needs JavaScript to order.
          </p>
        </noscript>
        {!isRead.value && <Loading text="Looking into your cart…" />}
        {isEmpty && (
          <Empty title="Nothing to order yet" text="Your cart is empty.">
            <a class="button" href="/products">
              To the shop
            </a>
          </Empty>
        )}
        {isRead.value && !isEmpty && <Checkout frame={frame} data={data} />}
      </>
    );
  },
};
