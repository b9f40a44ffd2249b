/** The picture of a product. */
import type { ProductItem } from '../../../products/api.ts';

/** The picture of a product, or a field with its first letter where it has none. */
export function Picture({
  product: { imageUrl, name },
  alt = '',
  eager = false,
}: {
  product: Pick<ProductItem, 'imageUrl' | 'name'>;
  alt?: string;
  eager?: boolean | undefined;
}) {
  if (!imageUrl)
    return (
      <span class="picture" aria-hidden="true">
        {name.slice(0, 1)}
      </span>
    );
  return (
    <img
      class="picture"
      src={imageUrl}
      alt={alt}
      width={480}
      height={640}
      loading={eager ? 'eager' : 'lazy'}
      decoding="async"
    />
  );
}
