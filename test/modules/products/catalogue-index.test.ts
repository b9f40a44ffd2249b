/** The catalogue's index in memory: it gives what a look at every product would, as it is now. */
import { Timestamp } from 'mongodb';
import { test } from 'tap';
import {
  emptyIndex,
  find,
  put,
  type CatalogueIndex,
  type IndexedProduct,
} from '../../../modules/products/catalogue/search-index.ts';
import { searchFieldsOf } from '../../../modules/products/catalogue/store.ts';
import type { Position, Sort } from '../../../modules/products/catalogue/cursor.ts';
import {
  DIMENSIONS,
  type Dimension,
  type Filters,
} from '../../../modules/products/catalogue/filter.ts';
import { fold, tokenize, tokenizeQuery } from '../../../modules/products/catalogue/tokenizer.ts';
import { products as module } from '../../../modules/products/index.ts';
import { createRandom } from '../../faults/random.ts';
import { startTestHost } from '../../support.ts';
import { filesOf, idsOf, importLines, line, list, runImport, startCatalogue } from './catalogue.ts';
import { operate } from './operator.ts';
import { sampleProducts } from './sample/files.ts';

const random = createRandom(7);
const PRODUCTS = 400;
const PAGE = 7;
const BRANDS = ['Acme', 'ACME', 'Tock', 'Été', ''];
const CATEGORIES = ['Apparel', 'Shoes'];
const GENDERS = ['Women', 'Men', 'Unisex'];
const COLORS = [[], ['Red'], ['Blue', 'red'], ['Navy Blue'], ['Green', 'Blue']];
const AGES = ['Adults', 'Kids'];
const SIZES = [{}, { sizes: [] }, { sizes: ['S'] }, { sizes: ['S', 'm', 'XL'] }, { sizes: ['M'] }];
const NAMES = ['Blue Shirt', 'Red T-Shirt', 'Running Shoes', 'Shirt Dress', "Robe d'été"];
const SEARCHES = [
  '',
  'shirt',
  'blue shirts',
  't-shirt',
  't shirt',
  'tshirt red',
  'red shi',
  'ete',
  'run',
  'nothing',
];

function draw(id: number, changed: number): IndexedProduct {
  const details = {
    name: random.pick(NAMES),
    variantName: '',
    brand: random.pick(BRANDS),
    category: random.pick(CATEGORIES),
    subCategory: random.pick(['Tops', 'tops', 'Boots', '']),
    displayCategories: [],
    gender: random.pick(GENDERS),
    ageGroup: random.pick(AGES),
    usage: '',
    ...random.pick(SIZES),
    colors: random.pick(COLORS),
    price: random.between(1, 20),
  };
  return {
    _id: `p${id}`,
    ...details,
    ...searchFieldsOf(details),
    createdAt: new Date(random.between(1, 50)),
    retired: random.between(1, 10) === 1,
    changed: new Timestamp({ t: 1, i: changed }),
  };
}

function drawFilters(): Filters {
  const some = (values: readonly string[]) =>
    random.between(0, 2) === 0 ? [random.pick(values), random.pick(values)] : [];
  return {
    search: random.pick(SEARCHES),
    brand: some(['acme', 'ete', 'Tock']),
    category: some(CATEGORIES),
    subCategory: some(['TOPS', 'boots']),
    gender: some(GENDERS),
    ageGroup: some(['kids']),
    color: some(['red', 'BLUE', 'green']),
    size: some(['s', 'M']),
    minPrice: random.pick([0, 5, 12]),
    maxPrice: random.pick([8, 15, 20]),
  };
}

/** The values of a product that each filter looks at. */
const valuesOf: Record<Dimension, (product: IndexedProduct) => string[]> = {
  brand: ({ brand }) => [brand],
  category: ({ category }) => [category],
  subCategory: ({ subCategory }) => [subCategory],
  gender: ({ gender }) => [gender],
  ageGroup: ({ ageGroup }) => [ageGroup],
  color: ({ colors }) => colors,
  size: ({ sizes = [] }) => sizes,
};

function isOneOf(values: readonly string[], wanted: readonly string[] = []): boolean {
  return wanted.length === 0 || values.some((value) => wanted.map(fold).includes(fold(value)));
}

/** The products that pass all filters but one, by a look at each. */
function matching(products: readonly IndexedProduct[], filters: Filters, except = '') {
  const { search = '', minPrice = 0, maxPrice = Infinity } = filters;
  return products.filter(
    (product) =>
      !product.retired &&
      relevanceOf(product, search) > 0 &&
      DIMENSIONS.every(
        (name) => name === except || isOneOf(valuesOf[name](product), filters[name]),
      ) &&
      (except === 'price' || (product.price >= minPrice && product.price <= maxPrice)),
  );
}

/** The words of a text in their order, each as one. */
function stems(text: string): string {
  return tokenize([text.replaceAll(/[-'’]/g, '')]).join(' ');
}

/** How relevant a product is, by a look at each of its words: 0 where it lacks one, else as the order is. */
function relevanceOf({ words, folded }: IndexedProduct, search: string): number {
  const { name, ofName = 0, ofKind = 0 } = folded;
  const weigh = (i: number): number => (i < 0 ? 0 : i < ofName ? 3 : i < ofName + ofKind ? 2 : 1);
  const searched = tokenizeQuery(search);
  if (searched.length === 0) return 1;
  const fits = searched.map(({ alternatives }, i) =>
    alternatives.map((terms) =>
      terms.map((term, at) => {
        const whole = weigh(words.indexOf(term));
        const mayBegin = i === searched.length - 1 && at === terms.length - 1 && term.length >= 3;
        const begun = words.findIndex((word) => mayBegin && word.startsWith(term));
        return whole > 0 ? 100 + whole : weigh(begun);
      }),
    ),
  );
  const best = fits.map((ofWord) => Math.max(...ofWord.map((terms) => Math.min(...terms))));
  if (best.includes(0)) return 0;
  const areWhole = best.every((fit) => fit > 100);
  const points = best.reduce((sum, fit) => sum + (fit % 100), areWhole ? 1000 : 0);
  const isPhrase = searched.length > 1 && ` ${stems(name)} `.includes(` ${stems(search)} `);
  return points + (name === fold(search) ? 20_000 : isPhrase ? 10_000 : 0);
}

function countedBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values.map(fold).filter(Boolean)) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

test('whatever changed meanwhile, it finds, counts and sorts as a look at every product does', async (t) => {
  const index = emptyIndex();
  const stored = new Map<string, IndexedProduct>();
  for (let i = 1; i <= 3 * PRODUCTS; i += 1) {
    const product = draw(random.between(1, PRODUCTS), i);
    stored.set(product._id, product);
    put(index, product);
    if (i % 3 === 0) put(index, product);
  }
  const all = [...stored.values()];
  for (let round = 0; round < 300; round += 1) {
    const filters = drawFilters();
    const sort = random.pick(['relevance', 'newest', 'price', '-price', 'name'] as const);
    const wanted = matching(all, filters);
    const { total, facets } = find(index, filters, { sort, after: undefined, limit: PAGE });
    const of = JSON.stringify({ ...filters, sort });
    t.equal(total, wanted.length, of);
    for (const name of DIMENSIONS)
      t.same(
        Object.fromEntries(facets[name].map(({ value, count }) => [fold(value), count])),
        countedBy(matching(all, filters, name).flatMap((one) => valuesOf[name](one))),
        of,
      );
    const prices = matching(all, filters, 'price').map(({ price }) => price);
    const bounds = { min: Math.min(...prices), max: Math.max(...prices) };
    t.same(facets.price, prices.length > 0 ? bounds : { min: null, max: null }, of);
    t.same(walk(index, filters, sort), sorted(wanted, sort, filters.search), of);
  }
});

/** The ids of all pages. */
function walk(index: CatalogueIndex, filters: Filters, sort: Sort): string[] {
  const ids: string[] = [];
  for (let after: Position | undefined; ;) {
    const { positions } = find(index, filters, { sort, after, limit: PAGE });
    ids.push(...positions.map(({ id }) => id));
    after = positions.at(-1);
    if (positions.length < PAGE) return ids;
  }
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sorted(products: readonly IndexedProduct[], sort: Sort, search = ''): string[] {
  const keyOf = (product: IndexedProduct) =>
    sort === 'name'
      ? product.folded.name
      : sort === 'newest' || sort === 'relevance'
        ? product.createdAt.getTime()
        : product.price;
  const relevance = (product: IndexedProduct) =>
    sort === 'relevance' ? relevanceOf(product, search) : 0;
  const direction = sort === 'price' || sort === 'name' ? 1 : -1;
  return products
    .toSorted(
      (a, b) =>
        relevance(b) - relevance(a) ||
        direction * (compare(keyOf(a), keyOf(b)) || compare(a._id, b._id)),
    )
    .map(({ _id }) => _id);
}

test('what any process has imported, changed or retired is in the next search of every other', async (t) => {
  const host = await startTestHost(t, {
    modules: [module],
    environment: { SAMPLE_CATALOGUE: 'on' },
  });
  const other = await startCatalogue(t, host.env);
  t.equal((await list(other)).total, sampleProducts.length);
  await importLines(host, [line({ productId: 'p1' })]);
  t.same(await idsOf(other), ['p1'], 'the sample is gone');
  const lines = Array.from({ length: 1500 }, (_, i) => line({ productId: `p${i}`, price: i + 1 }));
  await runImport(host.env, [filesOf(t, lines).file]);
  for (const one of [other, host]) t.match(await list(one, 'brand=acme'), { total: 1500 });
  await operate(host, 'PATCH', 'products/p3', { name: 'Striped Jumper' });
  t.same(await idsOf(other, 'search=jumper'), ['p3']);
  t.match(await list(other, 'search=shirt'), { total: 1499, facets: { brand: [{ count: 1499 }] } });
});
