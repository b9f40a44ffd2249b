/** The REST contract of `products`, for the pages: what its calls give. */
export type { StockChanged } from './admin/schemas.ts';
export type {
  LowStock,
  OperatorProduct,
  OperatorProductList,
  ProductHistory,
} from './admin/shown.ts';
export type { ProductImport } from './admin/import-schemas.ts';
export type { Product, ProductItem, ProductPage, Suggestions } from './catalogue/schemas.ts';
