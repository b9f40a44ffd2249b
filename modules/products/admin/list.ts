/** The products as the operator sees them: found as the shop finds them, the archived ones too where asked. */
import type { Filter } from 'mongodb';
import { findPage } from '../catalogue/search.ts';
import { createFreshIndex, type FreshIndex } from '../catalogue/fresh-index.ts';
import { SHOWS } from '../catalogue/search-index.ts';
import { PRESENT, type CatalogueDocument } from '../catalogue/store.ts';
import { findReserved } from '../inventory/reservation.ts';
import type { Inventory } from '../inventory/stock.ts';
import { describePictures } from '../pictures/describe.ts';
import { toOperatorProduct, type OperatorProduct, type OperatorProductList } from './shown.ts';

export interface OperatorQuery {
  search?: string;
  archived?: 'no' | 'only' | 'also';
  sort?: 'relevance' | 'newest' | 'price' | '-price' | 'name';
  limit?: number;
  cursor?: string;
}

const DEFAULT_LIMIT = 50;

/** What no list shows. */
const LISTED_FIELDS = { words: 0, description: 0, history: 0, stockChanges: 0, outbox: 0 } as const;

/** Gives a page of the operator's table. */
export type ListProducts = (query: OperatorQuery) => Promise<OperatorProductList>;

/** The indexes of archived products are loaded when somebody looks at these first. */
export function createList(inventory: Inventory, listed: FreshIndex): ListProducts {
  const { catalogue } = inventory;
  const indexes = {
    no: listed,
    only: createFreshIndex(catalogue, SHOWS.only),
    also: createFreshIndex(catalogue, SHOWS.also),
  };
  return async ({ archived = 'no', limit = DEFAULT_LIMIT, ...query }) => {
    const { ids, nextCursor, total, correctedSearch } = await findPage(indexes[archived], {
      ...query,
      limit,
    });
    const numbered = await findNumber(inventory, query, archived);
    const all = numbered === undefined ? ids : [numbered, ...ids.filter((id) => id !== numbered)];
    const byId = new Map(
      (await readProducts(inventory, { _id: { $in: all } }, all.length)).map((product) => [
        product.productId,
        product,
      ]),
    );
    return {
      items: all.flatMap((id) => byId.get(id) ?? []),
      nextCursor,
      total: total + (numbered !== undefined && total === 0 ? 1 : 0),
      ...(correctedSearch !== undefined && total > 0 && { correctedSearch }),
    };
  };
}

/** A number that somebody looks for is no word of the product: it comes first on the first page. */
async function findNumber(
  { catalogue }: Inventory,
  { search = '', cursor }: OperatorQuery,
  archived: keyof typeof SHOWS,
): Promise<string | undefined> {
  const _id = search.trim();
  if (_id === '' || cursor !== undefined) return undefined;
  const found = await catalogue.products.findOne(
    { _id },
    { projection: { retired: 1, archived: 1 } },
  );
  return found && SHOWS[archived](found) ? _id : undefined;
}

/**
 * The products that fit, the least stock first, each with what is reserved of it: on one snapshot, so that
 * the numbers add up. Without their descriptions.
 */
export async function readProducts(
  inventory: Inventory,
  filter: Filter<CatalogueDocument>,
  limit: number,
  projection: Readonly<Record<string, 0>> = LISTED_FIELDS,
): Promise<OperatorProduct[]> {
  if (limit === 0) return [];
  const { catalogue } = inventory;
  const found = await inventory.transaction(async (session) => {
    const products = await catalogue.products
      .find({ ...filter, ...PRESENT }, { session, projection })
      .sort({ stockQty: 1, _id: 1 })
      .limit(limit)
      .toArray();
    const ids = products.map(({ _id }) => _id);
    const reserved = await findReserved(inventory.reservations, ids, session);
    return products.map((product) => ({ product, reserved: reserved.get(product._id) }));
  });
  const pictures = await describePictures(
    catalogue,
    found.map(({ product }) => product._id),
  );
  return found.map(({ product, reserved }) =>
    toOperatorProduct(product, { reserved, picture: pictures.get(product._id) }),
  );
}
