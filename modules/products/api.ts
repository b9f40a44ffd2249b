/** The REST contract of `products`, for the pages: what its calls give. */
export type {
  LowStock,
  OperatorProduct,
  OperatorProductList,
  ProductHistory,
  StockChanged,
} from './admin/schemas.ts';
export type { ProductImport } from './admin/import-schemas.ts';
export type { Product, ProductItem, ProductPage, Suggestions } from './catalogue/schemas.ts';
