/** What to do where an order came from another browser and network than its session. */
import { useState } from 'preact/hooks';
import type { Order } from '../../../orders/api.ts';
import { ProblemNotice } from '../components/states.tsx';
import { add } from '../lib/cart.ts';
import { useLoaded } from '../lib/loaded.ts';
import { continueAsGuest, currentSession } from '../lib/session.ts';

/** The step that makes this browser and network known: signing in again, or going on as the same guest. */
export function FreshSession({ items }: Pick<Order, 'items'>) {
  const { data: session, error: unknown } = useLoaded(() => currentSession(), []);
  const [{ isBeginning, error }, setState] = useState<{ isBeginning?: boolean; error?: unknown }>(
    {},
  );
  if (session === undefined && unknown === undefined) return null;
  if (session?.kind === 'customer')
    return (
      <>
        <p>Sign out and in again, and then order again: we know this browser then.</p>
        <a class="button" href="/account">
          To your account
        </a>
      </>
    );

  const goOn = async () => {
    if (isBeginning) return;
    setState({ isBeginning: true });
    try {
      await continueAsGuest();
      for (const { productId, quantity } of items) add(productId, quantity);
      location.assign('/cart');
    } catch (failure) {
      setState({ error: failure });
    }
  };
  return (
    <>
      <p>You stay the same guest and keep your orders.</p>
      <button type="button" class="primary" id="fresh-session" onClick={() => void goOn()}>
        {isBeginning ? 'One moment…' : 'It is me: fill the cart again'}
      </button>
      {error !== undefined && <ProblemNotice error={error} />}
    </>
  );
}
