// The sample catalogue that fills a shop which starts empty: invented products, and a picture of each.
import { assemble } from './assemble.ts';
import { kinds } from './catalogue/index.ts';
import type { SampleProduct } from './product.ts';

export { samplePicture } from './draw/index.ts';
export type { SampleProduct } from './product.ts';

/**
 * The sample products, in the fields of the import format. Every call gives equal values.
 * @returns products in the order of their ids, from '1001' upwards; prices in whole units of the currency
 */
export function sampleProducts(): SampleProduct[] {
  return assemble(kinds);
}
