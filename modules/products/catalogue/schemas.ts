/** What the catalogue's routes take and give. */
import { Type, type Static, type TSchema } from 'typebox';
import { Nullable } from '#host';
import { ShownPicture } from '../pictures/describe.ts';
import type { ShownDocument } from './store.ts';

/** The fields of a product that lists show. */
export const item = {
  productId: Type.String(),
  name: Type.String(),
  variantName: Type.String(),
  brand: Type.String(),
  category: Type.String(),
  subCategory: Type.String(),
  displayCategories: Type.Array(Type.String(), { description: 'The shelves that show it' }),
  gender: Type.String(),
  ageGroup: Type.String(),
  season: Type.String(),
  usage: Type.String(),
  colors: Type.Array(Type.String()),
  sizes: Type.Array(Type.String(), { description: 'Empty where nothing is said of them' }),
  price: Type.Integer({ minimum: 0, description: 'In the smallest unit of the currency' }),
  currency: Type.String({ description: 'By ISO 4217' }),
  decimals: Type.Optional(
    Type.Integer({ description: 'Decimals of the currency that the price counts in' }),
  ),
  stockQty: Type.Integer({ description: 'What can still be ordered' }),
  pictureAlt: Type.Optional(
    Type.String({ description: 'What its picture shows; absent: what its name says' }),
  ),
  imageUrl: Nullable(Type.String(), {
    description: 'Where its picture is; null: there is none',
  }),
  picture: Nullable(ShownPicture, {
    description:
      'Its picture in several widths, for `srcset`; null: there is none, or none but `imageUrl`',
  }),
};

const sanitised = Type.String({ description: 'Sanitised HTML' });
const ProductItem = Type.Object(
  { ...item, description: Type.Optional(sanitised) },
  { description: 'A product as lists show it' },
);
export type ProductItem = Static<typeof ProductItem>;

const Product = Type.Object({ ...item, description: sanitised });
export type Product = Static<typeof Product>;

const values = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ maxLength: 200 }), {
      maxItems: 50,
      description: `${description} Compared whole, without case and accents; repeated, it means either.`,
    }),
  );
const price = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000, description }));

const search = (description: string) => Type.Optional(Type.String({ maxLength: 200, description }));

const ListQuery = Type.Object(
  {
    search: search(
      'Words that name, variant, brand, category, sub-category, colours or shelves must all hold; the last may be the beginning of one, of three letters at least',
    ),
    brand: values('A brand.'),
    category: values('A category.'),
    subCategory: values('A sub-category.'),
    gender: values('For whom.'),
    ageGroup: values('For which age.'),
    color: values('One of the product’s colours.'),
    size: values('One of the product’s sizes.'),
    minPrice: price('The lowest price, in the smallest unit of the currency'),
    maxPrice: price('The highest price, in the smallest unit of the currency'),
    sort: Type.Optional(
      Type.Enum(['relevance', 'newest', 'price', '-price', 'name'], {
        description:
          'By default relevance where something is searched, else newest. -price: the highest price first',
      }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, default: 24, description: 'Products on a page' }),
    ),
    descriptions: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Whether products come with their descriptions',
      }),
    ),
    cursor: Type.Optional(
      Type.String({ maxLength: 2048, description: 'The nextCursor of the page before' }),
    ),
  },
  { additionalProperties: false },
);

const counts = (description: string) =>
  Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }), { description });
const bound = Nullable(Type.Integer(), { description: 'Null: nothing matches' });

const correctedSearch = Type.Optional(
  Type.String({
    description:
      'What the search was taken for, where a word of it, as it is written, finds nothing',
  }),
);

const ProductPage = Type.Object({
  items: Type.Array(ProductItem),
  nextCursor: Nullable(Type.String(), { description: 'Null: the last page' }),
  total: Type.Integer({ description: 'How many products match, on all pages' }),
  facets: Type.Object(
    {
      brand: counts('By brand'),
      category: counts('By category'),
      subCategory: counts('By sub-category'),
      gender: counts('By gender'),
      ageGroup: counts('By age group'),
      color: counts('By colour; a product counts once for each of its colours'),
      size: counts('By size; a product counts once for each of its sizes'),
      price: Type.Object({ min: bound, max: bound }),
    },
    {
      description:
        'What the list can be narrowed to, most products first, at most 100 values each. Each is counted with all other filters applied, but not its own',
    },
  ),
  correctedSearch,
});

export const Suggestions = Type.Object({
  products: Type.Array(
    Type.Pick(Type.Object(item), [
      'productId',
      'name',
      'brand',
      'price',
      'currency',
      'decimals',
      'imageUrl',
      'picture',
    ]),
    { description: 'The most relevant first, at most 8' },
  ),
  terms: Type.Array(
    Type.Object({
      kind: Type.Enum(['brand', 'category', 'subCategory']),
      value: Type.String(),
      count: Type.Integer({ description: 'How many products have it' }),
    }),
    { description: 'Values that all words are of, most products first, at most 6' },
  ),
  correctedSearch,
});
export type Suggestions = Static<typeof Suggestions>;
export type ProductPage = Static<typeof ProductPage>;

const params = Type.Object({ productId: Type.String() });
const bytes: TSchema = Type.Unsafe<Buffer>({ type: 'string', format: 'binary' });
export const pictureContent = { 'image/*': { schema: bytes } };
export const asksForChange = Type.Object({
  'if-none-match': Type.Optional(Type.String({ description: 'The ETag of what is there already' })),
});
export const headers = {
  ETag: Type.String({ description: 'Names what is answered, for If-None-Match' }),
};
export const unchanged = Type.Null({ description: 'It is what If-None-Match names', headers });

export const listSchema = {
  summary: 'Finds products',
  querystring: ListQuery,
  headers: asksForChange,
  response: { 200: { ...ProductPage, headers }, 304: unchanged },
};

export const suggestionsSchema = {
  summary: 'What a search could become while it is typed',
  querystring: Type.Object(
    { search: search('What is typed so far; the last word may lack its end') },
    { additionalProperties: false },
  ),
  headers: asksForChange,
  response: { 200: { ...Suggestions, headers }, 304: unchanged },
};

export const relatedSchema = {
  summary: 'Products that are like one, at most 12',
  description:
    'Those in stock first; of these those of the same sub-category and gender, then those that have most else in common and cost about as much.',
  params,
  headers: asksForChange,
  response: {
    200: { ...Type.Object({ items: Type.Array(ProductItem) }), headers },
    304: unchanged,
  },
};

export const productSchema = {
  summary: 'One product',
  params,
  headers: asksForChange,
  response: { 200: { ...Product, headers }, 304: unchanged },
};

export const pictureSchema = {
  summary: 'The picture of a product',
  params,
  headers: asksForChange,
  response: {
    200: { description: 'The picture', headers, content: pictureContent },
    304: unchanged,
  },
};

/** A product as lists show it. */
export function toItem(
  { _id: productId, hasImage, sizes = [], ...shown }: Omit<ShownDocument, 'description'>,
  picture: ShownPicture | undefined,
): ProductItem {
  return {
    ...shown,
    productId,
    sizes,
    imageUrl: hasImage ? `/api/products/${productId}/image` : null,
    picture: (hasImage && picture) || null,
  };
}

/** A product as its own page shows it. */
export function toProduct(
  document: ShownDocument,
  picture: ShownPicture | undefined,
): Static<typeof Product> {
  return { ...toItem(document, picture), description: document.description };
}
