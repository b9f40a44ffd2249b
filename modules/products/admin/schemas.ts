/** What the operator's calls of the catalogue take and give. */
import { Type, type Static } from 'typebox';
import { Name } from '#host';
import type { CatalogueDocument } from '../catalogue/store.ts';
import type { Reserved } from '../inventory/reservation.ts';
import { item, toItem } from '../catalogue/schemas.ts';
import type { ShownPicture } from '../pictures/describe.ts';

const ProductParams = Type.Object({ productId: Type.String({ minLength: 1, maxLength: 64 }) });

const OperatorProduct = Type.Object({
  ...item,
  version: Type.Integer({ description: 'Rises with every change of the details' }),
  reservedOrders: Type.Integer({ description: 'Orders that something is set aside for' }),
  reservedQty: Type.Integer({ description: 'Pieces that are set aside for orders' }),
  soldQty: Type.Integer({ description: 'Pieces that were sold, without what came back' }),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time', description: 'When the details were changed' }),
});
export type OperatorProduct = Static<typeof OperatorProduct>;

export const operatorProductSchema = {
  summary: 'One product with its stock, its reservations and its sales',
  params: ProductParams,
  response: { 200: OperatorProduct },
};

export const changeDetailsSchema = {
  config: { role: 'support' as const },
  schema: {
    summary: 'Changes the price, the name or the sizes of a product',
    params: ProductParams,
    body: Type.Object(
      {
        price: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 1_000_000_000,
            description: 'In the smallest unit of the currency',
          }),
        ),
        name: Type.Optional(Name({ maxLength: 200 })),
        sizes: Type.Optional(Type.Array(Name({ maxLength: 100 }), { maxItems: 100 })),
      },
      { additionalProperties: false, minProperties: 1 },
    ),
    response: { 200: OperatorProduct },
  },
};

const StockChanged = Type.Object({
  productId: Type.String(),
  change: Type.Integer(),
  reason: Type.Optional(Type.String()),
  stockQty: Type.Integer({ description: 'What could be ordered after the change' }),
});
export type StockChanged = Static<typeof StockChanged>;

export const changeStockSchema = {
  config: { role: 'support' as const },
  schema: {
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
  },
};

const LowStock = Type.Object({
  threshold: Type.Integer({ description: 'The stock at and below which a product is here' }),
  items: Type.Array(
    Type.Object({
      productId: Type.String(),
      name: Type.String(),
      stockQty: Type.Integer(),
      reservedQty: Type.Integer(),
      soldQty: Type.Integer(),
    }),
  ),
});
export type LowStock = Static<typeof LowStock>;

export const lowStockSchema = {
  summary: 'The products of which little is left, the least first',
  querystring: Type.Object(
    { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })) },
    { additionalProperties: false },
  ),
  response: { 200: LowStock },
};

/** A product as the operator sees it, and what is reserved of it. */
export function toOperatorProduct(
  document: CatalogueDocument,
  { reserved, picture }: { reserved: Reserved | undefined; picture: ShownPicture | undefined },
): Static<typeof OperatorProduct> {
  const { version, createdAt, updatedAt } = document;
  return {
    ...toItem(document, picture),
    version,
    reservedOrders: reserved?.orders ?? 0,
    ...takenOf(document, reserved),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

/** What orders have taken of a product: what is reserved, and the rest, which was sold. */
export function takenOf({ takenQty }: Pick<CatalogueDocument, 'takenQty'>, reserved?: Reserved) {
  const reservedQty = reserved?.pieces ?? 0;
  return { reservedQty, soldQty: takenQty - reservedQty };
}
