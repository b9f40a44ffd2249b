/** A product as a list shows it. */
import type { ProductItem } from '../../../products/api.ts';
import { money } from '../lib/format.ts';
import { availability, productPath } from '../lib/products.ts';
import { Picture } from './picture.tsx';

/** How wide the picture of a card is, as grid and cards lay it out. */
const SIZES = '(max-width: 48rem) 45vw, 17rem';

/** A link to a product: its picture, name and price. Pictures that are in sight at once load `eager`. */
export function ProductCard({
  product,
  eager,
  first,
}: {
  product: ProductItem;
  eager?: boolean;
  first?: boolean;
}) {
  const { text, kind } = availability(product);
  const { productId, brand, name, variantName, price, currency, decimals } = product;
  return (
    <li class="card">
      <a href={productPath(productId)}>
        <Picture product={product} sizes={SIZES} eager={eager} first={first} />
        <span class="card-brand" dir="auto">
          {brand}
        </span>
        <span class="card-name" dir="auto">
          {name}
        </span>
        {variantName && (
          <span class="card-variant" dir="auto">
            {variantName}
          </span>
        )}
        <span class="card-price">{money(price, currency, decimals)}</span>
        {kind !== 'good' && <span class={`stock stock-${kind}`}>{text}</span>}
      </a>
    </li>
  );
}
