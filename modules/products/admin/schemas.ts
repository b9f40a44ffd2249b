/** What the operator's calls of the catalogue take; what they give is in `shown.ts`. */
import { Type, type Static } from 'typebox';
import { Name } from '#host';
import { detailFields, LONGEST, Price, ProductId, Stock } from '../catalogue/details.ts';
import { LowStock, OperatorProduct, OperatorProductList, ProductHistory } from './shown.ts';

const ProductParams = Type.Object({ productId: Type.String({ minLength: 1, maxLength: 64 }) });

/** A change may say which state it was made from. */
const ifMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      maxLength: 500,
      description:
        'The ETag of the product that the change was made from: where it is another by now, the answer is 412 and nothing is changed',
    }),
  ),
});
const headers = {
  ETag: Type.String({ description: 'Names the version, for If-Match' }),
};

const shown = { ...OperatorProduct, headers };

export const listProductsSchema = {
  summary: 'Finds products, those that were taken out of the shop too where asked',
  querystring: Type.Object(
    {
      search: Type.Optional(
        Type.String({
          maxLength: 200,
          description: 'The number of a product, or words as the shop finds them',
        }),
      ),
      archived: Type.Optional(
        Type.Enum(['no', 'only', 'also'], {
          default: 'no',
          description: 'Whether archived products are found: not, they alone, or they too',
        }),
      ),
      sort: Type.Optional(
        Type.Enum(['relevance', 'newest', 'price', '-price', 'name'], {
          description:
            'By default relevance where something is searched, else newest. -price: the highest price first',
        }),
      ),
      limit: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 100, default: 50, description: 'Products on a page' }),
      ),
      cursor: Type.Optional(
        Type.String({ maxLength: 2048, description: 'The nextCursor of the page before' }),
      ),
    },
    { additionalProperties: false },
  ),
  response: { 200: OperatorProductList },
};

export const operatorProductSchema = {
  summary: 'One product with its stock, its reservations and its sales',
  params: ProductParams,
  response: { 200: shown },
};

export const createProductSchema = {
  summary: 'Creates a product',
  description:
    'As an import of one line does. The number of a product, archived or not, is never given to another: then it is a 409.',
  headers: Type.Object({
    'idempotency-key': Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: 'Names the request: sent again with the same key, it creates nothing more',
      }),
    ),
  }),
  body: Type.Object(
    {
      ...detailFields,
      productId: ProductId,
      name: Name({ maxLength: LONGEST.name }),
      price: Price,
      stockQty: Type.Optional(Stock),
    },
    { additionalProperties: false },
  ),
  response: { 201: shown },
};

export const changeDetailsSchema = {
  summary: 'Changes details of a product',
  description:
    'What is left out stays. A price that changes by more than half, or to or from 0, wants `confirm`: without it the answer is 409 `large-price-change`, with both prices.',
  params: ProductParams,
  headers: ifMatch,
  body: Type.Object(
    {
      ...detailFields,
      name: Type.Optional(Name({ maxLength: LONGEST.name })),
      price: Type.Optional(Price),
      confirm: Type.Optional(
        Type.Boolean({ description: 'Whether a large change of the price is meant' }),
      ),
    },
    { additionalProperties: false, minProperties: 1 },
  ),
  response: { 200: shown },
};

export const archiveSchema = {
  summary: 'Takes a product out of the shop',
  description:
    'It is neither listed nor found nor sold, and its page is not there. Orders that were placed go on to their end; its stock, its picture and its number stay.',
  params: ProductParams,
  headers: ifMatch,
  response: { 200: shown },
};

export const restoreSchema = {
  summary: 'Brings an archived product back into the shop',
  params: ProductParams,
  headers: ifMatch,
  response: { 200: shown },
};

export const setPictureSchema = {
  summary: 'Gives a product its picture, in place of the one it has',
  description:
    'The body is the picture itself: PNG, JPEG, WebP, AVIF or GIF, at most 2 MiB and 50 million pixels. What it is, its bytes say, and it is decoded to see that it can be.',
  params: ProductParams,
  headers: ifMatch,
  body: {
    content: {
      'image/*': { schema: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }) },
    },
  },
  response: { 200: shown },
};

export const removePictureSchema = {
  summary: 'Takes the picture of a product away',
  params: ProductParams,
  headers: ifMatch,
  response: { 200: shown },
};

export const historySchema = {
  summary: 'What was changed of a product, when, and by whom',
  description:
    'Changes of the details and of the stock by operators and imports. What orders take and give back of a stock is not among them.',
  params: ProductParams,
  response: { 200: ProductHistory },
};

const StockChanged = Type.Object({
  productId: Type.String(),
  change: Type.Integer(),
  reason: Type.Optional(Type.String()),
  stockQty: Type.Integer({ description: 'What could be ordered after the change' }),
});
export type StockChanged = Static<typeof StockChanged>;

export const changeStockSchema = {
  summary: 'Adds pieces to the stock of a product, or takes some away',
  description:
    'Never takes more away than can be ordered: then it is a 409 that says how many can.',
  params: ProductParams,
  headers: Type.Object({
    'idempotency-key': Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description:
          'Names the change: sent again with the same key, it happens once. A product remembers its last 50',
      }),
    ),
  }),
  body: Type.Object(
    {
      change: Type.Integer({
        minimum: -1_000_000_000,
        maximum: 1_000_000_000,
        description: 'Pieces that came, or went where it is negative',
      }),
      reason: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    },
    { additionalProperties: false },
  ),
  response: { 200: StockChanged },
};

export const lowStockSchema = {
  summary: 'The products of which little is left, the least first',
  querystring: Type.Object(
    { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })) },
    { additionalProperties: false },
  ),
  response: { 200: LowStock },
};
