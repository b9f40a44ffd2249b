/** Putting a product into the cart, no more of it than there is. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Product } from '../../../products/api.ts';
import { add, isDrawerOpen, lines, quantityOf, setQuantity } from '../lib/cart.ts';
import { money } from '../lib/format.ts';
import { MAX_LINES, MAX_QUANTITY } from '../lib/line.ts';

/** The form that puts pieces of a product into the cart; on phones, a bar instead while it is out of sight. */
export function Buying({ product }: { product: Product }) {
  const { productId, stockQty } = product;
  const most = Math.min(stockQty, MAX_QUANTITY);
  const form = useRef<HTMLFormElement>(null);
  const [quantity, setChosen] = useState(1);
  const [said, setSaid] = useState('');
  const isInSight = useInSight(form);

  const putIntoCart = () => {
    const refusal = refusalOf(productId, most);
    setSaid(refusal ?? `In your cart: ${Math.min(quantityOf(productId) + quantity, most)}.`);
    if (refusal !== undefined) return;
    add(productId, Math.min(quantity, most - quantityOf(productId)));
    isDrawerOpen.value = true;
  };
  const buyNow = () => {
    if (!form.current?.reportValidity()) return;
    const isFull = quantityOf(productId) === 0 && lines.value.length >= MAX_LINES;
    if (isFull) return setSaid(refusalOf(productId, most) ?? '');
    // Whoever comes back and buys once more wants no second piece.
    setQuantity(productId, Math.min(Math.max(quantity, quantityOf(productId)), most));
    location.assign('/checkout');
  };

  return (
    <>
      <form
        class="buying"
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          putIntoCart();
        }}
      >
        <label for="quantity">Quantity</label>
        <input
          id="quantity"
          type="number"
          min={1}
          max={most}
          value={quantity}
          required
          inputMode="numeric"
          onInput={({ currentTarget }) => setChosen(currentTarget.valueAsNumber)}
        />
        <button type="submit" class="primary">
          Add to cart
        </button>
        <button type="button" onClick={buyNow}>
          Buy now
        </button>
        <noscript>
          <p class="notice">The cart needs JavaScript, which this browser does not run.</p>
        </noscript>
        <p class="said" role="status">
          {said && (
            <>
              {said} <a href="/cart">See your cart</a>
            </>
          )}
        </p>
      </form>
      <div class="buy-bar" hidden={isInSight}>
        <span class="buy-bar-name" dir="auto">
          {product.name}
        </span>
        <strong>{money(product.price, product.currency, product.decimals)}</strong>
        <button type="button" class="primary" onClick={() => form.current?.requestSubmit()}>
          Add to cart
        </button>
      </div>
    </>
  );
}

/** Why no more of a product can go into the cart. */
function refusalOf(productId: string, most: number): string | undefined {
  if (quantityOf(productId) === 0 && lines.value.length >= MAX_LINES)
    return `The cart holds ${MAX_LINES} products at most.`;
  if (quantityOf(productId) >= most) return `Your cart holds all ${most} that there are.`;
  return undefined;
}

/** Whether an element is in sight; supposed to be until it is known. */
function useInSight(element: preact.RefObject<Element | null>): boolean {
  const [isInSight, setInSight] = useState(true);
  useEffect(() => {
    if (!element.current) return;
    const observer = new IntersectionObserver(([entry]) => setInSight(entry!.isIntersecting));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return isInSight;
}
