// What a shop may rely on when it fills itself with the sample products.
import { test } from 'tap';
import { sampleProducts as products, type SampleProduct } from './files.ts';
import { elementsOf } from './markup.ts';

/** The names of the products that break a rule; an empty list is a kept promise. */
const breaking = (keeps: (product: SampleProduct) => boolean): string[] =>
  products.filter((product) => !keeps(product)).map((product) => product.productDisplayName);

test('there are at least 120 products of at least 8 kinds', async (t) => {
  t.ok(products.length >= 120, `${products.length} products`);
  t.ok(new Set(products.map((product) => product.subCategory_typeName)).size >= 8);
});

test('ids start at 1001, ascend, and name one product each, as do display names', async (t) => {
  const ids = products.map((product) => Number(product.productId));
  t.equal(ids[0], 1001);
  t.strictSame(
    ids,
    [...new Set(ids)].toSorted((a, b) => a - b),
  );
  t.equal(new Set(products.map((product) => product.productDisplayName)).size, products.length);
});

test('every product has every field of the import format, and none is empty', async (t) => {
  const fields = [
    'ageGroup',
    'brandName',
    'displayCategories',
    'gender',
    'masterCategory_typeName',
    'price',
    'productColors',
    'productDescriptors_description_value',
    'productDisplayName',
    'productId',
    'season',
    'stockQty',
    'subCategory_typeName',
    'usage',
    'variantName',
  ];
  for (const product of products) t.strictSame(Object.keys(product).toSorted(), fields);
  t.strictSame(
    breaking((product) => Object.values(product).every((value) => String(value).trim() !== '')),
    [],
  );
});

test('prices and stock are whole numbers within their ranges', async (t) => {
  t.strictSame(
    breaking(({ price }) => Number.isInteger(price) && price >= 199 && price <= 18_999),
    [],
  );
  t.strictSame(
    breaking(({ stockQty }) => Number.isInteger(stockQty) && stockQty > 0),
    [],
  );
  t.strictSame(new Set(products.map(({ stockQty }) => stockQty)), new Set([25, 100, 3]));
});

test('age group and gender agree', async (t) => {
  t.strictSame(
    breaking(
      ({ ageGroup, gender }) =>
        /^(Adults|Kids)-(Women|Men|Unisex|Girls|Boys)$/.test(ageGroup) &&
        ageGroup.endsWith(`-${gender}`),
    ),
    [],
  );
});

test('descriptions are well-formed simple HTML, and no two begin alike', async (t) => {
  t.strictSame(
    breaking(({ productDescriptors_description_value: html }) => {
      const elements = elementsOf(html);
      const names = new Set(elements.map(({ name }) => name));
      const plain = elements.every(({ attributes }) => attributes.size === 0);
      return plain && [...names].toSorted().join(' ') === 'li p strong ul';
    }),
    [],
  );
  const leads = products.map(
    ({ productDescriptors_description_value: html }) => html.split('<ul>')[0],
  );
  t.equal(new Set(leads).size, products.length);
});

test('lists are comma separated without blanks around the commas', async (t) => {
  t.strictSame(
    breaking(({ productColors }) => /^[A-Z][a-z]+(,[A-Z][a-z]+)*$/.test(productColors)),
    [],
  );
  t.strictSame(
    breaking(({ displayCategories }) => !/\s,|,\s|,$/.test(displayCategories)),
    [],
  );
});
