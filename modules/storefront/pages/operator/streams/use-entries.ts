/** The entries that are shown: a page at a time, with those that come on top while the tail is on. */
import { useComputed } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { snapshot } from '../live.ts';
import { useRepeat } from '../parts.tsx';
import { queryOf, type Filters } from './filters.ts';
import { newsSince, onTop, search, statesOf, type Entry, type Found } from './search.ts';

/** How often it is looked what became of the entries that somebody waits for, in ms. */
const STATES_EVERY_MS = 2000;

export interface Entries {
  found: Found | undefined;
  isSearching: boolean;
  error: unknown;
  /** Which page it is, from 1. */
  page: number;
  isTailing: boolean;
  /** Entries that came while the tail was on and were too many to be shown. */
  skipped: number;
  next: () => void;
  previous: () => void;
  stop: () => void;
  reload: () => void;
  setTailing: (isTailing: boolean) => void;
}

/** `isHeld` says whether somebody reads a row: it is open, or holds the focus or what is selected. */
export function useEntries(
  stream: string,
  filters: Filters,
  isHeld: (id: string) => boolean,
): Entries {
  const [found, setFound] = useState<Found>();
  const [isSearching, setSearching] = useState(true);
  const [error, setError] = useState<unknown>();
  const [isTailing, setTailing] = useState(false);
  const [skipped, setSkipped] = useState(0);
  /** Where each page up to this one begins. */
  const [cursors, setCursors] = useState<readonly (string | undefined)[]>([undefined]);
  const [round, setRound] = useState(0);
  const searching = useRef<AbortController>(null);
  const asked = `${stream}?${queryOf(filters)}`;

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    searching.current = controller;
    setSearching(true);
    setError(undefined);
    const looking = search(stream, filters, cursors.at(-1), { signal, onProgress: setFound });
    void looking
      .catch((failure: unknown) => signal.aborted || setError(failure))
      .finally(() => searching.current === controller && setSearching(false));
    return () => controller.abort();
  }, [asked, cursors, round]);

  const update = (change: (items: readonly Entry[]) => readonly Entry[], more?: Partial<Found>) =>
    setFound((now) => now && { ...now, ...more, items: change(now.items) });

  useTail(stream, isTailing && !isSearching, found, async (before) => {
    const { items, skipped: missed, ...newest } = await newsSince(stream, filters, before);
    setSkipped((sum) => sum + missed);
    update((shown) => onTop(items, shown, isHeld), newest);
  });

  useRepeat(async () => {
    const isOpen = found?.items.some(({ groups }) => groups.some(isUnderWay));
    if (!found || !isOpen || isSearching) return;
    const now = await statesOf(stream, filters, found.items).catch(() => undefined);
    if (now) update((items) => items.map((entry) => ({ ...entry, ...now.get(entry.id) })));
  }, STATES_EVERY_MS);

  return {
    found,
    isSearching,
    error,
    page: cursors.length,
    isTailing,
    skipped,
    next: () => found?.nextCursor && setCursors([...cursors, found.nextCursor]),
    previous: () => setCursors(cursors.length > 1 ? cursors.slice(0, -1) : cursors),
    stop() {
      searching.current?.abort();
      setSearching(false);
    },
    reload: () => setRound(round + 1),
    setTailing(isOn) {
      setTailing(isOn);
      setSkipped(0);
      if (isOn) setCursors([undefined]);
    },
  };
}

const isUnderWay = ({ state }: Entry['groups'][number]): boolean =>
  state === 'waiting' || state === 'pending';

/** Has what came since fetched when the feed says that there is some: once for each of its snapshots. */
function useTail(
  stream: string,
  isOn: boolean,
  found: Found | undefined,
  fetchNews: (before: Found) => Promise<void>,
): void {
  const lastId = useComputed(
    () => snapshot.value?.streams.find((one) => one.stream === stream)?.lastId,
  ).value;
  const isFetching = useRef(false);
  useEffect(() => {
    if (!isOn || !found || isFetching.current || lastId === undefined) return;
    if (found.lastId === lastId) return;
    isFetching.current = true;
    // One that fails is made good by the next: the feed goes on.
    void fetchNews(found)
      .catch(() => undefined)
      .finally(() => (isFetching.current = false));
  }, [lastId, isOn]);
}
