/** The list of products as the API gives it, a page after the other. */
import type { ProductPage } from '../../../products/api.ts';
import { Problem, type Get } from '../lib/http.ts';
import { apiPath, PAGE, readAddress, type Asked, type Fault } from './query.ts';

/** Products that the API gives at once, at most. */
const MOST = 100;

/** A list, as far as it is shown. */
export interface Listing extends ProductPage {
  /** What it is a list of, without what could not be shown. */
  query: string;
  faults: Fault[];
  /** Whether it begins where a page before has ended. */
  isContinued: boolean;
}

/**
 * Asks for the list of an address.
 *
 * @param seen how many products were shown when the address was left
 */
export async function loadListing(get: Get, search: string, seen = 0): Promise<Listing> {
  const asked = readAddress(search);
  const limit = Math.min(Math.max(seen, PAGE), MOST);
  let listing: Listing;
  try {
    listing = await ask(get, asked, limit);
  } catch (error) {
    if (!(error instanceof Problem && error.status === 400)) throw error;
    listing = await ask(get, withoutRefused(asked), limit);
  }
  while (listing.nextCursor !== null && listing.items.length < seen)
    listing = await continued(get, listing);
  return listing;
}

/** The list with its next page. */
export async function continued(get: Get, listing: Listing): Promise<Listing> {
  const path = apiPath(new URLSearchParams(listing.query), PAGE, listing.nextCursor ?? undefined);
  const { items, nextCursor, total } = await get<ProductPage>(path);
  // What has come into the shop in the meantime may have moved a product onto this page.
  const shown = new Set(listing.items.map(({ productId }) => productId));
  const added = items.filter(({ productId }) => !shown.has(productId));
  return { ...listing, items: [...listing.items, ...added], nextCursor, total };
}

async function ask(get: Get, { query, cursor, faults }: Asked, limit: number): Promise<Listing> {
  const page = await get<ProductPage>(apiPath(query, limit, cursor));
  return { ...page, query: query.toString(), faults, isContinued: cursor !== undefined };
}

/** What is left of an address that the API refuses: the list from its start, or the whole shop. */
function withoutRefused({ query, cursor, faults }: Asked): Asked {
  if (cursor === undefined) {
    const text = 'The shop cannot read this address. You see everything instead.';
    return { query: new URLSearchParams(), faults: [{ text, without: '' }] };
  }
  const text = 'This page of the list is no longer there. You see the first one instead.';
  return { query, faults: [...faults, { text, without: query.toString() }] };
}
