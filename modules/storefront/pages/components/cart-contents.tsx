/** All of the cart, in the drawer and on its own page: its lines, what they cost, and the way on. */
import { useEffect } from 'preact/hooks';
import { isRead, pieces } from '../lib/cart.ts';
import { subtotal } from '../lib/cart-products.ts';
import { money } from '../lib/format.ts';
import { waiting, watchWaiting } from '../lib/submission.ts';
import { CartLines } from './cart-lines.tsx';
import { Empty, Loading } from './states.tsx';

export function CartContents() {
  useEffect(watchWaiting, []);
  if (!isRead.value) return <Loading text="Looking into your cart…" />;
  const isEmpty = pieces.value === 0;
  return (
    <div class="cart">
      {waiting.value && (
        <p class="notice notice-plain">
          {waiting.value.sent
            ? 'You sent an order from this browser, but no answer came. '
            : 'An order of yours is not sent yet. '}
          <a href="/checkout">Go on with it</a>
        </p>
      )}
      <CartLines />
      {isEmpty ? (
        <Empty title="Nothing in it yet" text="What you choose waits here.">
          <a class="button" href="/products">
            To the shop
          </a>
        </Empty>
      ) : (
        <section class="cart-total" aria-label="Total">
          <p class="total">
            Subtotal
            <strong aria-live="polite">
              {subtotal.value === undefined ? '…' : money(subtotal.value)}
            </strong>
          </p>
          <p class="fine">Delivery is added at the checkout.</p>
          <a class="button primary" href="/checkout">
            Check out
          </a>
        </section>
      )}
    </div>
  );
}
