/** What the home page shows of the catalogue: little of it, found by three questions at once. */
import type { ProductItem, ProductPage } from '../../../products/api.ts';
import type { Get } from '../lib/http.ts';

/** Products of a shelf: two rows on a phone and one on a wide screen. */
const SHELF = 4;
/** Categories and brands that are named. */
const CATEGORIES = 8;
const BRANDS = 12;
/** Products among which a shelf and the pictures of categories are looked for. */
const POOL = 100;

export interface HomeData {
  total: number;
  /** How many brands there are; the API counts no more than a hundred. */
  brandCount: number;
  brands: string[];
  categories: { value: string; count: number; product: ProductItem | undefined }[];
  newest: ProductItem[];
  /** What costs little, and what it costs at most, in the smallest unit; undefined where all do. */
  bargains: { most: number; items: ProductItem[] } | undefined;
}

export async function loadHome(get: Get): Promise<HomeData> {
  const [newest, cheapest, named] = await Promise.all([
    get<ProductPage>(`/api/products?limit=${POOL}`),
    get<ProductPage>('/api/products?sort=price&limit=24'),
    get<ProductPage>(`/api/products?sort=name&limit=${POOL}`),
  ]);
  // What is new is shown below: where there are others, the categories are pictured by these.
  const pool = [...named.items, ...newest.items].filter(({ imageUrl }) => imageUrl !== null);
  const { facets, total } = newest;
  const arrivals = varied(newest.items);
  const others = cheapest.items.filter(
    ({ productId }) => !arrivals.some((shown) => shown.productId === productId),
  );
  return {
    total,
    brandCount: facets.brand.length,
    brands: facets.brand.slice(0, BRANDS).map(({ value }) => value),
    categories: facets.category.slice(0, CATEGORIES).map(({ value, count }) => ({
      value,
      count,
      product: pool.find(({ category }) => category === value),
    })),
    newest: arrivals,
    bargains: bargainsOf(others.slice(0, Math.max(1, Math.floor(total / 4))), facets.price.max),
  };
}

/** The first products, of different kinds as far as there are: what came in together is often alike. */
function varied(items: readonly ProductItem[]): ProductItem[] {
  const kinds = new Set<string>();
  const others: ProductItem[] = [];
  const first = items.filter((item) => {
    const kind = item.subCategory || item.category;
    if (!kinds.has(kind) && kinds.add(kind)) return true;
    others.push(item);
    return false;
  });
  return [...first, ...others].slice(0, SHELF);
}

/** A shelf of what costs a round amount at most; of the cheapest quarter, so that it is not everything. */
function bargainsOf(
  cheapest: readonly ProductItem[],
  highest: number | null,
): HomeData['bargains'] {
  const items = varied(cheapest.filter(({ stockQty }) => stockQty > 0));
  const most = roundUp(Math.max(0, ...items.map(({ price }) => price)));
  if (items.length === 0 || highest === null || most >= highest) return undefined;
  return { most, items };
}

/** The next of 1, 2, 5, 10, 20, 50 … */
function roundUp(amount: number): number {
  const magnitude = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, amount))));
  return ([1, 2, 5].find((one) => one * magnitude >= amount) ?? 10) * magnitude;
}
