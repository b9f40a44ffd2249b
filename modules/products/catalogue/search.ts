/** The list of products: filtered, sorted, a page at a time, with what it could be narrowed to. */
import { DomainError } from '#host';
import { describePictures } from '../pictures/describe.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { DEFAULT_LIMIT, sortOf, type Facets, type ListQuery } from './filter.ts';
import type { FreshIndex } from './fresh-index.ts';
import { toItem, type ProductItem } from './schemas.ts';
import { find } from './search-index.ts';
import { HIDDEN, LISTED, type Catalogue } from './store.ts';

export interface ProductPage {
  items: ProductItem[];
  nextCursor: string | null;
  total: number;
  facets: Facets;
  /** The search that it was taken for, where a word of it finds nothing. */
  correctedSearch?: string;
}

/** What no item shows that nobody asks more of. */
const PROJECTION = { ...HIDDEN, description: 0 } as const;

/** What a page of a list is asked by. */
type PageQuery = Pick<ListQuery, 'limit' | 'cursor' | 'minPrice' | 'maxPrice' | 'search' | 'sort'>;

/**
 * A page of the products that match. Pages follow each other by the last product's place in the
 * order, so that products which come or go meanwhile shift nothing; nor do they change what a search
 * with a mistake was taken for on its first page.
 *
 * @throws DomainError 400 where the cursor is not of this sort, or the prices leave no room.
 */
export async function searchProducts(
  catalogue: Catalogue,
  freshIndex: FreshIndex,
  query: ListQuery,
): Promise<ProductPage> {
  const { descriptions = false } = query;
  const { ids, ...page } = await findPage(freshIndex, query);
  return {
    items: await readItems(catalogue, ids, descriptions ? HIDDEN : PROJECTION),
    ...page,
  };
}

/** The ids of {@link searchProducts}, in their order, and all that is known without their documents. */
export async function findPage(
  freshIndex: FreshIndex,
  query: PageQuery,
): Promise<Omit<ProductPage, 'items'> & { ids: string[] }> {
  const { limit = DEFAULT_LIMIT, cursor, minPrice = 0, maxPrice = Infinity } = query;
  if (minPrice > maxPrice) {
    const message =
      'The lowest price is above the highest price. Exchange them, or leave one of them out.';
    throw new DomainError('invalid', 'invalid-price-range', message);
  }
  const sort = sortOf(query);
  const after = cursor === undefined ? undefined : decodeCursor(sort, cursor);
  const index = await freshIndex();
  const filters = { ...query, ...(after?.corrected !== undefined && { search: after.corrected }) };
  // One more than shown tells whether there is another page.
  const { positions, total, facets, found } = find(index, filters, {
    sort,
    after,
    limit: limit + 1,
  });
  const corrected = found?.corrected ?? after?.corrected;
  const page = positions.slice(0, limit);
  const last = positions.length > limit ? page.at(-1) : undefined;
  return {
    ids: page.map(({ id }) => id),
    nextCursor: last ? encodeCursor(sort, { ...last, corrected }) : null,
    total,
    facets,
    ...(corrected !== undefined && { correctedSearch: corrected }),
  };
}

/** The products as they are now, in the order of the ids, without those that were just retired. */
export async function readItems(
  catalogue: Catalogue,
  ids: readonly string[],
  projection: Readonly<Record<string, 0>> = PROJECTION,
): Promise<ProductItem[]> {
  if (ids.length === 0) return [];
  const [found, pictures] = await Promise.all([
    catalogue.products.find({ _id: { $in: [...ids] }, ...LISTED }, { projection }).toArray(),
    describePictures(catalogue, ids),
  ]);
  const byId = new Map(found.map((product) => [product._id, product]));
  return ids
    .flatMap((id) => byId.get(id) ?? [])
    .map((product) => toItem(product, pictures.get(product._id)));
}
