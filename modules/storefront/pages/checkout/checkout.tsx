/** The form of the checkout, and what it costs beside it. */
import { useEffect, useRef } from 'preact/hooks';
import type { Account } from '../../../gateway/api.ts';
import type { DeliveryMethods } from '../../../orders/api.ts';
import type { Provider } from '../../../payments/api.ts';
import { CartLines } from '../components/cart-lines.tsx';
import { write } from '../lib/cart.ts';
import { availableOf, filledLines, obstacleOf, subtotal } from '../lib/cart-products.ts';
import { money } from '../lib/format.ts';
import { get } from '../lib/http.ts';
import { useLoaded } from '../lib/loaded.ts';
import type { Frame } from '../lib/page.ts';
import { currentSession } from '../lib/session.ts';
import { isSame, submission, unanswered } from '../lib/submission.ts';
import { countriesOf, Methods, methodsTo, priceOf, shownPrice } from './delivery.tsx';
import { Address, Contact, SavedAddresses } from './fields.tsx';
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
import { check, checkAgain } from './validation.ts';

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
  const { data: account } = useLoaded(askForAccount, []);

  useEffect(() => {
    if (!form.current) return;
    fillWithTyped(form.current);
    const { region = '' } = new Intl.Locale(frame.locale);
    fillEmpty(form.current, { country: countries.length === 1 ? countries[0]! : region });
  }, []);
  useEffect(() => {
    if (form.current && account) fillWithAccount(form.current, account);
  }, [account]);
  useWaiting(paysNext);

  const send = (event: Event) => {
    event.preventDefault();
    if (isPlacing() || !form.current || !check(form.current)) return;
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
          checkAgain(target);
        }}
      >
        {isDelivered && (
          <>
            <Contact />
            <Address countries={countries} locale={frame.locale}>
              {account && account.addresses.length > 1 && (
                <SavedAddresses
                  addresses={account.addresses}
                  onChoose={(address) => form.current && fillWithAddress(form.current, address)}
                />
              )}
            </Address>
            <Methods methods={methods} chosen={method?.id} itemsAmount={subtotal.value ?? 0} />
          </>
        )}
        <Payment provider={provider} />
      </form>
      <Summary
        delivery={isDelivered ? price : undefined}
        canOrder={canOrder}
        paysNext={paysNext}
        isGuest={account === null}
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

async function askForAccount(signal: AbortSignal): Promise<Account | null> {
  const session = await currentSession();
  return session?.kind === 'customer' ? get<Account>('/api/account', signal) : null;
}
