/** The form of the checkout, and what it costs beside it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DeliveryMethods } from '../../../orders/api.ts';
import type { Provider } from '../../../payments/api.ts';
import { AddressFields } from '../components/address-fields.tsx';
import { CartLines } from '../components/cart-lines.tsx';
import { Wrong } from '../components/checked-fields.tsx';
import { controlsOf, findWrong } from '../lib/validation.ts';
import { getAccount } from '../lib/account.ts';
import { write } from '../lib/cart.ts';
import { availableOf, filledLines, obstacleOf, subtotal } from '../lib/cart-products.ts';
import { money } from '../lib/format.ts';
import { useLoaded } from '../lib/loaded.ts';
import type { Frame } from '../lib/page.ts';
import { countryOf } from '../lib/countries.ts';
import { customer } from '../lib/session.ts';
import { isSame, submission, unanswered } from '../lib/submission.ts';
import { countriesOf, Methods, methodsTo, priceOf, shownPrice } from './delivery.tsx';
import { Contact, SavedAddresses } from './contact.tsx';
import { Said } from './said.tsx';
import { Payment } from './payment.tsx';
import { isPlacing, place, progress } from './place.ts';
import {
  fillEmpty,
  fillWithAccount,
  fillWithAddress,
  fillWithTyped,
  noteTyped,
  requestOf,
  typed,
} from './draft.ts';
import { dropUnsent, useWaiting } from './waiting.ts';

const FORM = 'checkout';

/** What the shop says to everybody. */
export interface CheckoutData {
  delivery: DeliveryMethods;
  provider: Provider;
}

export function Checkout({ frame, data }: { frame: Frame; data: CheckoutData }) {
  const { delivery, provider } = data;
  const form = useRef<HTMLFormElement>(null);
  const methods = methodsTo(delivery.items, typed.value['country']);
  const method = methods.find(({ id }) => id === typed.value['method']) ?? methods[0];
  const isDelivered = delivery.items.length > 0;
  const paysNext = provider.provider === 'stripe';
  const price = isDelivered ? method && priceOf(method, subtotal.value ?? 0) : 0;
  const canOrder = price !== undefined && !(paysNext && provider.publishableKey === undefined);
  const countries = countriesOf(delivery.items);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const isCustomer = customer.value !== null;
  const { data: account } = useLoaded(async () => (isCustomer ? getAccount() : null), [isCustomer]);

  useEffect(() => {
    if (!form.current) return;
    fillWithTyped(form.current);
    const [only] = countries.length === 1 ? countries : [];
    fillEmpty(form.current, { country: only?.code ?? countryOf(frame.locale) ?? '' });
  }, []);
  useEffect(() => {
    if (form.current && account) fillWithAccount(form.current, account);
  }, [account]);
  useWaiting(paysNext);

  const send = (event: Event) => {
    event.preventDefault();
    if (isPlacing() || !form.current) return;
    const found = findWrong(form.current);
    setWrong(found);
    if (!goToWrong(form.current, found)) return;
    noteTyped(form.current);
    const rest = orderable();
    if (!canOrder || subtotal.value === undefined || rest.length === 0) return;
    const request = requestOf(rest, method?.id);
    const before = unanswered();
    // Whether the shop has that one must be known first: the page asks what to do about it.
    if (before?.sent && !isSame(before.request, request))
      return void (progress.value = { step: 'unanswered' });
    write(rest);
    void place(submission(request), paysNext);
  };

  return (
    <div class="checkout">
      <form
        id={FORM}
        ref={form}
        noValidate
        onSubmit={send}
        onInput={({ target, currentTarget }) => {
          noteTyped(currentTarget);
          // What waits for the connection is no longer what was confirmed.
          dropUnsent();
          const { name } = target as HTMLInputElement;
          if (name in wrong) setWrong({ ...wrong, [name]: '' });
        }}
      >
        {isDelivered && (
          <Wrong.Provider value={wrong}>
            <Contact />
            <fieldset class="panel">
              <legend>Delivery address</legend>
              {account && account.addresses.length > 1 && (
                <SavedAddresses
                  addresses={account.addresses}
                  onChoose={(address) => form.current && fillWithAddress(form.current, address)}
                />
              )}
              <AddressFields among={countries} />
            </fieldset>
            <Methods methods={methods} chosen={method?.id} itemsAmount={subtotal.value ?? 0} />
          </Wrong.Provider>
        )}
        <Payment provider={provider} />
      </form>
      <Summary
        delivery={isDelivered ? price : undefined}
        canOrder={canOrder}
        paysNext={paysNext}
        isGuest={!isCustomer}
      />
    </div>
  );
}

/** What is ordered, what it costs with its delivery, and the button that orders. */
function Summary({
  delivery,
  canOrder,
  paysNext,
  isGuest,
}: {
  /** What it costs to deliver, where something is delivered. */
  delivery: number | undefined;
  canOrder: boolean;
  paysNext: boolean;
  isGuest: boolean;
}) {
  const items = subtotal.value;
  const hasRest = orderable().length > 0;
  const isShort = filledLines.value.some(obstacleOf);
  const isReady = canOrder && items !== undefined && hasRest && !isPlacing();
  return (
    <section class="summary panel" aria-labelledby="summary-title">
      <h2 id="summary-title">Your order</h2>
      <CartLines form={FORM} />
      {items !== undefined && <Amounts items={items} delivery={delivery} />}
      <Said paysNext={paysNext} />
      <button type="submit" class="primary" form={FORM} aria-disabled={!isReady}>
        {isShort && hasRest ? 'Order the rest' : 'Place the order'}
      </button>
      {isGuest && (
        <p class="fine">
          You can order without an account. With one, <a href="/account">sign in</a> and your
          address is filled in.
        </p>
      )}
    </section>
  );
}

function Amounts({ items, delivery }: { items: number; delivery: number | undefined }) {
  return (
    <dl class="amounts" aria-live="polite">
      <div>
        <dt>Products</dt>
        <dd>{money(items)}</dd>
      </div>
      {delivery !== undefined && (
        <div>
          <dt>Delivery</dt>
          <dd>{shownPrice(delivery)}</dd>
        </div>
      )}
      <div class="total">
        <dt>Total</dt>
        <dd>{money(items + (delivery ?? 0))}</dd>
      </div>
    </dl>
  );
}

/** The lines as far as they can be had. */
function orderable() {
  return filledLines.value
    .map((line) => ({ productId: line.productId, quantity: availableOf(line) }))
    .filter(({ quantity }) => quantity > 0);
}

/** Goes to the first field that is wrong; gives whether none is. */
function goToWrong(form: HTMLFormElement, wrong: Readonly<Record<string, string>>): boolean {
  const first = controlsOf(form).find(
    ({ name, validity }) => name in wrong || (name === '' && !validity.valid),
  );
  first?.focus();
  // A quantity has no place of its own for a message: the browser shows it.
  if (first?.name === '') first.reportValidity();
  return first === undefined;
}
