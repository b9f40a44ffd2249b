/** The products that are like one, for its page. */
import { COLUMNS, type Column, type Group } from './filter.ts';
import type { FreshIndex } from './fresh-index.ts';
import { createPage } from './page.ts';
import type { ProductItem } from './schemas.ts';
import type { CatalogueIndex } from './search-index.ts';
import { readItems } from './search.ts';
import { LISTED, unknownProduct, type Catalogue } from './store.ts';

const MAX_RELATED = 12;
/** So many of the nearest are looked at for those in stock. */
const NEAREST = 200;

/**
 * The related products of one: those in stock first, then the nearest; see {@link alike}.
 *
 * @throws DomainError where there is no such product
 */
export async function findRelated(
  catalogue: Catalogue,
  freshIndex: FreshIndex,
  productId: string,
): Promise<{ items: ProductItem[] }> {
  const nearest = alike(await freshIndex(), productId, NEAREST);
  if (!nearest) throw unknownProduct(productId);
  const inStock = await catalogue.products
    .find({ _id: { $in: nearest }, stockQty: { $gt: 0 }, ...LISTED }, { projection: { _id: 1 } })
    .map(({ _id }) => _id)
    .toArray();
  const first = new Set(inStock);
  const ids = [...nearest.filter((id) => first.has(id)), ...nearest.filter((id) => !first.has(id))];
  return { items: await readItems(catalogue, ids.slice(0, MAX_RELATED)) };
}

/** What related products have in common, each more than all that follow it together. */
const ALIKE = {
  subCategoryAndGender: 32,
  subCategory: 16,
  ageGroup: 8,
  brand: 4,
  category: 2,
  usage: 1,
};

/**
 * The products that are most like one, the nearest first: those of the same sub-category and gender, then
 * by what else they have in common and how near their prices are. What shares neither sub-category nor
 * brand nor category with it is not related. Undefined where there is no such product.
 */
export function alike(
  index: CatalogueIndex,
  productId: string,
  limit: number,
): string[] | undefined {
  const own = index.slots.get(productId);
  if (own === undefined) return undefined;
  const likeness = index.groups.map(likenessTo(index, index.groups[index.group[own]!]!));
  const page = createPage({ direction: -1, limit });
  const ownPrice = index.price[own]! + 1;
  for (let slot = 0; slot < index.ids.length; slot += 1) {
    const like = likeness[index.group[slot]!] ?? 0;
    if (like === 0 || slot === own) continue;
    const price = index.price[slot]! + 1;
    page.offer(like + Math.min(price / ownPrice, ownPrice / price) / 2, index.ids[slot]!);
  }
  return page.positions().map(({ id }) => id);
}

function likenessTo({ values }: CatalogueIndex, own: Group): (group: Group) => number {
  const isSame = (group: Group, column: Column): boolean => {
    const i = COLUMNS.indexOf(column);
    const [ownValue, value] = [own, group].map((one) => values[i]!.folded[one[i]![0]!]);
    return ownValue === value && value !== '';
  };
  return (group) => {
    const has = (column: Column, points: number): number => (isSame(group, column) ? points : 0);
    const subCategory = has('subCategory', ALIKE.subCategory);
    const related = subCategory + has('brand', ALIKE.brand) + has('category', ALIKE.category);
    if (related === 0) return 0;
    const sameGender = subCategory > 0 ? has('gender', ALIKE.subCategoryAndGender) : 0;
    return related + sameGender + has('ageGroup', ALIKE.ageGroup) + has('usage', ALIKE.usage);
  };
}
