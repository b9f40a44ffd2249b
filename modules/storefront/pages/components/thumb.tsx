/** A small picture of a product that a page knows by its id and name. */
import { useProduct } from '../lib/known-products.ts';
import { Picture } from './picture.tsx';

/** The picture, or the first letter of the name until it is there and where there is none. */
export function Thumb({ productId, name }: { productId: string; name: string }) {
  return (
    <span class="thumb">
      <Picture product={useProduct(productId) ?? { imageUrl: null, name }} />
    </span>
  );
}
