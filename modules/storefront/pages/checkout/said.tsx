/** What the checkout says of the order: on its way, not sent yet, sold out, without an answer. */
import { useEffect, useRef } from 'preact/hooks';
import { Loading, ProblemNotice } from '../components/states.tsx';
import { filledLines, nameOf, obstacleOf } from '../lib/cart-products.ts';
import { forget, unanswered, waiting } from '../lib/submission.ts';
import { place, progress } from './place.ts';
import { dropUnsent } from './waiting.ts';

export function Said({ paysNext }: { paysNext: boolean }) {
  const { step } = progress.value;
  return (
    <div class="checkout-said">
      <Shortages />
      {step === 'sending' && <Loading text="Placing your order…" />}
      {step === 'checking' && <Loading text="Looking whether all is in stock…" />}
      {step === 'placed' && <Loading text="Your order is placed. One moment…" />}
      {step === 'offline' && <Offline />}
      {step === 'failed' && <Failed error={progress.value.error} paysNext={paysNext} />}
      {step === 'unanswered' && waiting.value && <Unanswered paysNext={paysNext} />}
    </div>
  );
}

/** What there is not enough of, by name. */
function Shortages() {
  const short = filledLines.value.filter(obstacleOf);
  const isNews = progress.value.step === 'sold out';
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isNews) box.current?.scrollIntoView({ block: 'nearest' });
  }, [isNews]);
  return (
    <div role="status" ref={box}>
      {short.length > 0 && (
        <div class="notice notice-bad">
          <p>
            {isNews
              ? 'Somebody was faster. Your order was not placed, and nothing was paid:'
              : 'Not all of it can be had:'}
          </p>
          <ul>
            {short.map((line) => (
              <li key={line.productId}>
                <strong dir="auto">{nameOf(line)}</strong>: {obstacleOf(line)}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function Offline() {
  return (
    <div class="notice notice-plain" role="status">
      <p>
        <strong>Not sent yet: you are offline.</strong> Your order is sent by itself as soon as you
        are back. You can leave this page open, or come back to it later.
      </p>
      {waiting.value?.sent === false && (
        <button type="button" onClick={dropUnsent}>
          Do not send it
        </button>
      )}
    </div>
  );
}

/** A refusal is said as it is; where no answer came, that it can be sent again. */
function Failed({ error, paysNext }: { error: unknown; paysNext: boolean }) {
  const before = waiting.value;
  if (!before) return <ProblemNotice error={error} />;
  return (
    <>
      <ProblemNotice error={error} retry={() => place(before, paysNext)} />
      <p class="fine">Your order may have arrived. Trying again does not order twice.</p>
    </>
  );
}

/** What to do with an order that was sent without an answer when this is another by now. */
function Unanswered({ paysNext }: { paysNext: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const before = waiting.value;
  if (!before) return null;
  return (
    <div class="notice notice-plain" role="alert" tabIndex={-1} ref={box}>
      <p>
        You sent an order from this browser, but no answer came, and it was another than this one.
        Finish that order first, or forget it. It may have arrived: look at{' '}
        <a href="/orders">your orders</a>.
      </p>
      <p class="row">
        <button type="button" onClick={() => void place(before, paysNext)}>
          Finish it
        </button>
        <button type="button" onClick={forgetUnanswered}>
          Forget it
        </button>
      </p>
    </div>
  );
}

function forgetUnanswered(): void {
  const latest = unanswered();
  if (latest) forget(latest);
  progress.value = { step: 'idle' };
}
