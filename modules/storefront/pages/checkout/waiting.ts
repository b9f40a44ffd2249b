/** Going on with an order that was confirmed and is not answered: at the next load, and when the browser is back. */
import { useEffect } from 'preact/hooks';
import { lines } from '../lib/cart.ts';
import { forget, isSameCart, unanswered, waiting, watchWaiting } from '../lib/submission.ts';
import { isPlacing, isRecent, place, progress } from './place.ts';

/** While the checkout is open. */
export function useWaiting(paysNext: boolean): void {
  useEffect(() => {
    const stopWatching = watchWaiting();
    const goOn = () => resume(paysNext);
    const onShow = ({ persisted }: PageTransitionEvent) => {
      // Going back from the order shows this page as it was left.
      if (!persisted) return;
      progress.value = { step: 'idle' };
      goOn();
    };
    goOn();
    addEventListener('online', goOn);
    addEventListener('pageshow', onShow);
    return () => {
      stopWatching();
      removeEventListener('online', goOn);
      removeEventListener('pageshow', onShow);
    };
  }, []);
  // Another order than the one that waits unsent: that is no longer meant.
  useEffect(() => {
    const before = waiting.value;
    if (before && !before.sent && !isPlacing() && !isSameCart(before.request.items, lines.value))
      dropUnsent();
  }, [lines.value]);
}

/** Sends what waits, where it is what the cart holds, and was confirmed lately. */
function resume(paysNext: boolean): void {
  const before = unanswered();
  if (!before) return;
  const isMeant = isRecent(before) && isSameCart(before.request.items, lines.value);
  if (isMeant) void place(before, paysNext);
  else if (before.sent) progress.value = { step: 'unanswered' };
  else dropUnsent();
}

/** Forgets what was never sent. */
export function dropUnsent(): void {
  const before = unanswered();
  if (!before || before.sent || isPlacing()) return;
  forget(before);
  progress.value = { step: 'idle' };
}
