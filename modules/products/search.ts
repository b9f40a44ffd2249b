/** The list of products: filtered, sorted, a page at a time, with what it could be narrowed to. */
import type { Db, Filter } from 'mongodb';
import { DomainError } from '#host';
import { HIDDEN, productsOf, type CatalogueDocument } from './catalogue-store.ts';
import { decodeCursor, encodeCursor, SORTS, type Position, type Sort } from './cursor.ts';
import { countMatches, type Facets } from './facets.ts';
import { matchOf, type Filters } from './filter.ts';
import { toItem, type ProductItem } from './schemas.ts';

export const DEFAULT_LIMIT = 24;

export interface ListQuery extends Filters {
  sort?: Sort;
  limit?: number;
  cursor?: string;
}

export interface ProductPage {
  items: ProductItem[];
  nextCursor: string | null;
  total: number;
  facets: Facets;
}

/** What no item shows. */
const PROJECTION = { ...HIDDEN, description: 0 };

/**
 * A page of the products that match. Pages follow each other by the last product's place in the
 * order, so that products which come or go meanwhile shift nothing.
 *
 * @throws DomainError 400 where the cursor is not of this sort, or the prices leave no room.
 */
export async function searchProducts(db: Db, query: ListQuery): Promise<ProductPage> {
  const { sort = 'newest', limit = DEFAULT_LIMIT, cursor } = query;
  const { minPrice = 0, maxPrice = Infinity } = query;
  if (minPrice > maxPrice) {
    const message = `minPrice (${minPrice}) is above maxPrice (${maxPrice}); exchange them or leave one out.`;
    throw new DomainError('invalid', 'invalid-price-range', message);
  }
  const products = productsOf(db);
  const match = matchOf(query);
  const after = cursor === undefined ? undefined : behind(sort, decodeCursor(sort, cursor));
  const { field, direction } = SORTS[sort];
  const [found, counts] = await Promise.all([
    products
      .find(after ? { $and: [match, after] } : match, { projection: PROJECTION })
      .sort({ [field]: direction, _id: direction })
      // One more than shown tells whether there is another page.
      .limit(limit + 1)
      .toArray(),
    countMatches(products, query),
  ]);
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map(toItem),
    nextCursor: last ? encodeCursor(sort, positionOf(sort, last)) : null,
    ...counts,
  };
}

function positionOf(sort: Sort, { _id: id, ...product }: CatalogueDocument): Position {
  const value =
    sort === 'newest' ? product.createdAt : sort === 'name' ? product.folded.name : product.price;
  return { value, id };
}

/** What comes after a position; the bound on the field alone lets one index scan begin there. */
function behind(sort: Sort, { value, id }: Position): Filter<CatalogueDocument> {
  const { field, direction } = SORTS[sort];
  const beyond = direction === 1 ? '$gt' : '$lt';
  return {
    [field]: { [`${beyond}e`]: value },
    $or: [{ [field]: { [beyond]: value } }, { [field]: value, _id: { [beyond]: id } }],
  };
}
