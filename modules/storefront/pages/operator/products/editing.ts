/** What the parts of the page of one product are given. */
import type { OperatorProduct } from '../../../../products/api.ts';

export interface Editing {
  product: OperatorProduct;
  /** Takes the product as a change has left it. */
  take: (changed: OperatorProduct) => Promise<void>;
}
