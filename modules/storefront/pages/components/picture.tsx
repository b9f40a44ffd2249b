/** The picture of a product. */
import type { ProductItem } from '../../../products/api.ts';

/** The size of a picture that has not been measured: what takes its place has its shape. */
const UNMEASURED = { width: 480, height: 640 };

/** The width that a browser takes which knows no `srcset`, in pixels, at most. */
const USUAL = 640;

/**
 * The picture of a product, or a field with its first letter where it has none. It loads when it comes near,
 * or at once where it is `eager`; before all others where it is the `first` that is looked at.
 *
 * @param sizes how wide it is shown, as the attribute of that name says it
 */
export function Picture({
  product: { imageUrl, name, picture },
  alt = '',
  sizes = '100vw',
  eager = false,
  first = false,
}: {
  product: Pick<ProductItem, 'imageUrl' | 'name'> & Partial<Pick<ProductItem, 'picture'>>;
  alt?: string;
  sizes?: string;
  eager?: boolean | undefined;
  first?: boolean | undefined;
}) {
  if (!imageUrl)
    return (
      <span class="picture" aria-hidden="true">
        {Array.from(name)[0]}
      </span>
    );
  const { width, height } = picture ?? UNMEASURED;
  const widths = picture?.widths ?? [];
  const path = `/api/pictures/${picture?.hash}`;
  const sources = (format: string) =>
    widths.map((one) => `${path}/${one}.${format} ${one}w`).join(', ');
  const usual = widths.findLast((one) => one <= USUAL) ?? widths[0];
  const fallback = picture ? `${path}/original` : imageUrl;
  const image = (
    <img
      class="picture"
      src={usual === undefined ? fallback : `${path}/${usual}.webp`}
      alt={alt}
      width={width}
      height={height}
      loading={eager || first ? 'eager' : 'lazy'}
      fetchpriority={first ? 'high' : undefined}
      decoding="async"
    />
  );
  if (usual === undefined) return image;
  return (
    <picture>
      <source type="image/avif" srcset={sources('avif')} sizes={sizes} />
      <source type="image/webp" srcset={sources('webp')} sizes={sizes} />
      {image}
    </picture>
  );
}
