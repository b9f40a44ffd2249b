/** The stock of a context of `products`, for tests that need nothing else of the module. */
import { openCatalogue } from '../../../modules/products/catalogue/store.ts';
import {
  createStock,
  openInventory,
  type Stock,
} from '../../../modules/products/inventory/stock.ts';
import type { ModuleContext } from '../../../src/module/context.ts';

export function openStock(context: ModuleContext): Stock {
  return createStock(openInventory(context, openCatalogue(context)));
}
