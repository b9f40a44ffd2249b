/** Products that a page names, as the catalogue has them now. */
import { useEffect, useState } from 'preact/hooks';
import type { ProductItem } from '../../../products/api.ts';
import { get, Problem } from './http.ts';

const asked = new Map<string, Promise<ProductItem | null>>();

/**
 * A product, or null where the shop has it no more. It is asked for once a page, unless it is to be `fresh`.
 *
 * @throws Problem where the shop does not say
 */
export function findProduct(
  productId: string,
  { fresh = false } = {},
): Promise<ProductItem | null> {
  const known = fresh ? undefined : asked.get(productId);
  if (known) return known;
  const asking = get<ProductItem>(`/api/products/${encodeURIComponent(productId)}`).catch(
    (error: unknown) => {
      if (error instanceof Problem && error.status === 404) return null;
      asked.delete(productId);
      throw error;
    },
  );
  asked.set(productId, asking);
  return asking;
}

/** A product where it is known by now; a page does without what is not. */
export function useProduct(productId: string): ProductItem | null | undefined {
  const [product, setProduct] = useState<ProductItem | null>();
  useEffect(() => {
    let isWanted = true;
    const show = (found: ProductItem | null) => void (isWanted && setProduct(found));
    // Without it there is no picture, and the rest says what matters.
    findProduct(productId).then(show, () => undefined);
    return () => void (isWanted = false);
  }, [productId]);
  return product;
}
