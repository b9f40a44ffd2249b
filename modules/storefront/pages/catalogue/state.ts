/** The catalogue in the browser: whatever changes the list changes the address, and the other way round. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { get } from '../lib/http.ts';
import { documentTitle } from '../lib/page.ts';
import { continued, loadListing, type Listing } from './listing.ts';
import { readAddress, titleOf, toAddress } from './query.ts';

/** How long scrolling has to rest until the place is remembered, in ms. */
const REST_MS = 150;

/** What the history remembers of an address that was left. */
interface Place {
  /** Products that were shown. */
  seen: number;
  /** How far the page was scrolled, in pixels. */
  scroll: number;
}

export interface Catalogue {
  /** What was asked for last; the list may be on its way. */
  query: URLSearchParams;
  listing: Listing;
  isBusy: boolean;
  error: unknown;
  /** Shows the list of another query. */
  go(this: void, query: URLSearchParams): void;
  /** Adds the next page. */
  more(this: void): void;
  retry(this: void): void;
}

/** The list that an address names, first as the server has rendered it. */
export function useCatalogue(search: string, initial: Listing): Catalogue {
  const [asked, setAsked] = useState(search);
  const [listing, setListing] = useState(initial);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const underWay = useRef<AbortController>(undefined);
  const lastLoad = useRef<(signal: AbortSignal) => Promise<Listing>>(undefined);
  const current = useRef({ asked, listing });
  current.current = { asked, listing };

  /** Runs one thing at a time: what is asked for later is what is wanted. */
  const run = async (load: (signal: AbortSignal) => Promise<Listing>): Promise<boolean> => {
    lastLoad.current = load;
    underWay.current?.abort();
    const { signal } = (underWay.current = new AbortController());
    setBusy(true);
    setError(undefined);
    try {
      const loaded = await load(signal);
      if (signal.aborted) return false;
      setListing(loaded);
      remember({ seen: loaded.items.length });
      return true;
    } catch (thrown) {
      if (!signal.aborted) setError(thrown);
      return false;
    } finally {
      if (!signal.aborted) setBusy(false);
    }
  };

  const show = async (to: string, { seen = 0, scroll }: Partial<Place> = {}): Promise<void> => {
    setAsked(to);
    document.title = documentTitle(titleOf(readAddress(to).query));
    const isShown = await run((signal) => loadListing((path) => get(path, signal), to, seen));
    // The list is as long as it was only after it has been rendered.
    if (isShown && scroll !== undefined)
      requestAnimationFrame(() => scrollTo({ top: scroll, behavior: 'instant' }));
  };

  const more = () =>
    void run((signal) => continued((path) => get(path, signal), current.current.listing));

  useEffect(() => {
    const place = history.state as Partial<Place> | null;
    if (place?.seen !== undefined && place.seen > initial.items.length) void show(search, place);
    else remember({ seen: initial.items.length });
    const onPopState = ({ state }: PopStateEvent) => {
      // A link within the page changes the history, too.
      if (state === null && location.search === current.current.asked) return;
      void show(location.search, (state ?? {}) as Partial<Place>);
    };
    let resting: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      clearTimeout(resting);
      resting = setTimeout(remember, REST_MS);
    };
    const onClick = () => remember();
    addEventListener('popstate', onPopState);
    addEventListener('scroll', onScroll, { passive: true });
    addEventListener('click', onClick, true);
    return () => {
      removeEventListener('popstate', onPopState);
      removeEventListener('scroll', onScroll);
      removeEventListener('click', onClick, true);
    };
  }, []);

  return {
    // What is on its way counts; of what has come, what could be shown.
    query: isBusy || error ? readAddress(asked).query : new URLSearchParams(listing.query),
    listing,
    isBusy,
    error,
    go: (query) => {
      history.pushState(null, '', toAddress(query));
      void show(location.search);
    },
    more,
    retry: () => lastLoad.current && void run(lastLoad.current),
  };
}

/** Remembers the place in the history, for coming back. */
function remember(place: Partial<Place> = {}): void {
  const known = (history.state ?? {}) as Partial<Place>;
  history.replaceState({ ...known, scroll: scrollY, ...place }, '');
}
