/** Pages that show what belongs to one person. */
import { useEffect } from 'preact/hooks';

/**
 * Makes a page anew that the browser brings back as it was left: whoever goes back may be another by then,
 * on a machine that several use.
 */
export function useNothingKept(): void {
  useEffect(() => {
    const onShow = ({ persisted }: PageTransitionEvent) => {
      if (persisted) location.reload();
    };
    addEventListener('pageshow', onShow);
    return () => removeEventListener('pageshow', onShow);
  }, []);
}
