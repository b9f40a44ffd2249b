/** A product: what it is, what it costs, and into the cart with it. */
import type { Product, ProductItem } from '../../../products/api.ts';
import { addressOf } from '../catalogue/query.ts';
import { Picture } from '../components/picture.tsx';
import { ProductCard } from '../components/product-card.tsx';
import { money } from '../lib/format.ts';
import type { Get } from '../lib/http.ts';
import type { Frame, Page } from '../lib/page.ts';
import { availability, productPath } from '../lib/products.ts';
import { Buying } from './buying.tsx';
import { imageOf, structuredDataOf, summaryOf } from './structured.ts';

/** Products of the same kind that are shown below. */
const RELATED = 4;

interface ProductData {
  product: Product;
  related: ProductItem[];
}

export const product: Page<ProductData> = {
  name: 'product',
  path: '/products/:productId',
  bundle: 'shop',
  head: headOf,
  load,
  View: ({ data: { product: shown, related } }) => (
    <>
      <article class="product">
        <Breadcrumb product={shown} />
        <Presented product={shown} />
      </article>
      {related.length > 0 && (
        <section class="related" aria-labelledby="related-heading">
          <h2 id="related-heading">You may also like</h2>
          <ul class="grid">
            {related.map((one) => (
              <ProductCard key={one.productId} product={one} />
            ))}
          </ul>
        </section>
      )}
    </>
  ),
};

async function load(get: Get, { params }: Frame): Promise<ProductData> {
  const path = `/api/products/${encodeURIComponent(params['productId'] ?? '')}`;
  const [found, related] = await Promise.all([
    get<Product>(path),
    // That others could not be found is no reason to hide it.
    get<{ items: ProductItem[] }>(`${path}/related`).catch(() => ({ items: [] })),
  ]);
  return { product: found, related: related.items.slice(0, RELATED) };
}

function headOf({ params, origin, decimals }: Frame, data?: ProductData) {
  if (!data) return { title: 'A product' };
  const image = imageOf(data.product);
  const description = summaryOf(data.product);
  return {
    title: data.product.name,
    canonical: productPath(params['productId'] ?? ''),
    ...(description && { description }),
    ...(image !== undefined && { image }),
    jsonLd: structuredDataOf(data.product, origin, decimals),
  };
}

function Breadcrumb({ product: { category, subCategory } }: { product: Product }) {
  return (
    <nav class="shelf" aria-label="Where it stands">
      <a href="/products">Shop</a>
      {category && (
        <a href={addressOf('category', category)} dir="auto">
          {category}
        </a>
      )}
      {subCategory && (
        <a href={addressOf('subCategory', subCategory)} dir="auto">
          {subCategory}
        </a>
      )}
    </nav>
  );
}

function Presented({ product: shown }: { product: Product }) {
  const { brand, name, variantName, price, currency, decimals, description, pictureAlt } = shown;
  const { text, kind } = availability(shown);
  return (
    <>
      <div class="product-picture">
        <Picture
          product={shown}
          alt={pictureAlt ?? (variantName ? `${name}, ${variantName}` : name)}
          sizes="(max-width: 48rem) 92vw, 26rem"
          first
        />
      </div>
      <div class="product-text">
        {brand && (
          <p class="card-brand">
            <a href={addressOf('brand', brand)} dir="auto">
              {brand}
            </a>
          </p>
        )}
        <h1 dir="auto">{name}</h1>
        {variantName && (
          <p class="card-variant" dir="auto">
            {variantName}
          </p>
        )}
        <p class="product-price">{money(price, currency, decimals)}</p>
        <p class={`stock stock-${kind}`}>{text}</p>
        {kind !== 'none' && <Buying product={shown} />}
        {description && (
          <div
            class="product-description"
            dir="auto"
            // Of the server, which sanitises it when it is imported.
            dangerouslySetInnerHTML={{ __html: description }}
          />
        )}
        <Facts product={shown} />
      </div>
    </>
  );
}

function Facts({
  product: { colors, sizes, gender, ageGroup, season, usage },
}: {
  product: Product;
}) {
  const facts = Object.entries({
    [colors.length > 1 ? 'Colours' : 'Colour']: colors.join(', '),
    [sizes.length > 1 ? 'Sizes' : 'Size']: sizes.join(', '),
    For: gender,
    Age: ageGroup,
    Season: season,
    Use: usage,
  }).filter(([, value]) => value);
  if (facts.length === 0) return null;
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
