/** Looking for entries: a page of them, asked for until it is full, and those that came since. */
import type { EntriesResponse } from '../../../../../src/http/admin/api.ts';
import { ask } from '../call.ts';
import { idAfter, queryOf, type Filters } from './filters.ts';

export type Entry = EntriesResponse['items'][number];

/** Entries on a page: as many as are drawn and redrawn without a pause. */
export const PAGE = 50;

/** Rows at most while the tail is on; those that somebody reads stay nevertheless. */
const MOST = 200;

/** How far a search is. */
export interface Found {
  items: readonly Entry[];
  /** Entries that were gone through for this page. */
  scanned: number;
  length: number;
  nextCursor: string | null;
  /** The newest entry that the stream had when this was asked, and how many it ever had. */
  lastId: string;
  added: number;
}

function get(stream: string, query: URLSearchParams, signal?: AbortSignal) {
  return ask<EntriesResponse>(`/streams/${encodeURIComponent(stream)}/entries?${query}`, {
    signal,
  });
}

/** Goes on until the page is full, there is no more, or nobody wants it; says after each call how far it is. */
export async function search(
  stream: string,
  filters: Filters,
  cursor: string | undefined,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (found: Found) => void },
): Promise<void> {
  let items: readonly Entry[] = [];
  let scanned = 0;
  let first: EntriesResponse | undefined;
  for (let next: string | null = cursor ?? ''; next !== null && items.length < PAGE;) {
    const query = queryOf(filters);
    query.set('limit', String(PAGE - items.length));
    if (next !== '') query.set('cursor', next);
    const page = await get(stream, query, signal);
    if (signal.aborted) return;
    first ??= page;
    items = [...items, ...page.items];
    scanned += page.scanned;
    next = page.nextCursor;
    const { lastId, added } = first;
    onProgress({ items, scanned, length: page.length, nextCursor: next, lastId, added });
  }
}

/** What came since; `skipped` counts those that were too many to be looked at. */
export interface News {
  items: Entry[];
  skipped: number;
  lastId: string;
  added: number;
}

/** The newest of those that came since. */
export async function newsSince(
  stream: string,
  filters: Filters,
  before: Pick<Found, 'lastId' | 'added'>,
): Promise<News> {
  const query = queryOf({ ...filters, from: idAfter(before.lastId) });
  query.set('limit', String(PAGE));
  const { items, scanned, nextCursor, lastId, added } = await get(stream, query);
  const skipped = nextCursor === null ? 0 : Math.max(0, added - before.added - scanned);
  return { items, skipped, lastId, added };
}

/** The same entries with the states that they have by now, as far as one call reaches. */
export async function statesOf(
  stream: string,
  filters: Filters,
  items: readonly Entry[],
): Promise<ReadonlyMap<string, Entry>> {
  const [first, last] = [items[0]?.id, items.at(-1)?.id];
  if (first === undefined || last === undefined) return new Map();
  const [from, to] = filters.order === 'newest' ? [last, first] : [first, last];
  const query = queryOf({ ...filters, from, to });
  query.set('limit', '200');
  const page = await get(stream, query);
  return new Map(page.items.map((entry) => [entry.id, entry]));
}

/** New entries on top of those that are shown; of the old ones only as many as are drawn quickly. */
export function onTop(
  items: readonly Entry[],
  shown: readonly Entry[],
  isHeld: (id: string) => boolean,
): readonly Entry[] {
  const known = new Set(shown.map(({ id }) => id));
  const all = [...items.filter(({ id }) => !known.has(id)), ...shown];
  return all.filter(({ id }, i) => i < MOST || isHeld(id));
}
