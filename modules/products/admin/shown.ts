/** What the operator's calls of the catalogue give. */
import { Type, type Static } from 'typebox';
import { Nullable } from '#host';
import type { HistoryEntry } from '../catalogue/product.ts';
import { item, toItem } from '../catalogue/schemas.ts';
import type { CatalogueDocument } from '../catalogue/store.ts';
import type { Reserved } from '../inventory/reservation.ts';
import type { ShownPicture } from '../pictures/describe.ts';

export const OperatorProduct = Type.Object({
  ...item,
  description: Type.Optional(Type.String({ description: 'Sanitised HTML; lists leave it out' })),
  archived: Type.Boolean({ description: 'Whether it was taken out of the shop' }),
  version: Type.Integer({ description: 'Rises with every change of the details' }),
  reservedOrders: Type.Integer({ description: 'Orders that something is set aside for' }),
  reservedQty: Type.Integer({ description: 'Pieces that are set aside for orders' }),
  soldQty: Type.Integer({ description: 'Pieces that were sold, without what came back' }),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time', description: 'When the details were changed' }),
});
export type OperatorProduct = Static<typeof OperatorProduct>;

export const OperatorProductList = Type.Object({
  items: Type.Array(OperatorProduct),
  nextCursor: Nullable(Type.String(), { description: 'Null: the last page' }),
  total: Type.Integer({ description: 'How many products match, on all pages' }),
  correctedSearch: Type.Optional(
    Type.String({ description: 'What the search was taken for, where it finds nothing' }),
  ),
});
export type OperatorProductList = Static<typeof OperatorProductList>;

const kept = Type.Union([Type.String(), Type.Integer(), Type.Boolean(), Type.Null()], {
  description: 'Cut where it is long; null: none, or not kept',
});

export const ProductHistory = Type.Object({
  items: Type.Array(
    Type.Object({
      at: Type.String({ format: 'date-time' }),
      by: Nullable(Type.String(), {
        description: 'The name of the operator; null: the command line',
      }),
      what: Type.Enum([
        'created',
        'changed',
        'imported',
        'archived',
        'restored',
        'picture',
        'stock',
      ]),
      version: Type.Integer({ description: 'Of the details, since' }),
      changes: Type.Array(Type.Object({ field: Type.String(), before: kept, after: kept })),
      reason: Type.Optional(Type.String()),
    }),
    { description: 'The latest first, at most 100: what is older is forgotten' },
  ),
});
export type ProductHistory = Static<typeof ProductHistory>;

export const LowStock = Type.Object({
  threshold: Type.Integer({ description: 'The stock at and below which a product is here' }),
  items: Type.Array(OperatorProduct),
});
export type LowStock = Static<typeof LowStock>;

/** A product as the operator sees it, and what is reserved of it. */
export function toOperatorProduct(
  document: CatalogueDocument,
  { reserved, picture }: { reserved: Reserved | undefined; picture: ShownPicture | undefined },
): Static<typeof OperatorProduct> {
  const { version, createdAt, updatedAt, description, archived = false } = document;
  return {
    ...toItem(document, picture),
    // Lists read none.
    ...((description as string | undefined) !== undefined && { description }),
    archived,
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

/** The history of a product, the latest first. */
export function toHistory(entries: readonly HistoryEntry[] = []): ProductHistory {
  return {
    items: entries.map(({ at, ...entry }) => ({ at: at.toISOString(), ...entry })).toReversed(),
  };
}
