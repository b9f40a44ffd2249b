/** A product in the words of schema.org, for search engines. */
import type { Product } from '../../../products/api.ts';
import { addressOf } from '../catalogue/query.ts';
import { productPath } from '../lib/products.ts';

const CONTEXT = 'https://schema.org';

/** Characters of a description that search engines and previews show, about. */
const SUMMARY = 200;

/** The description without its markup, shortened at a word. */
export function summaryOf({ description }: Pick<Product, 'description'>): string {
  const text = description
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim();
  if (text.length <= SUMMARY) return text;
  return `${text.slice(0, SUMMARY).replace(/\s\S*$/, '')}…`;
}

/** Where the picture of a product is that others show: a path. */
export function imageOf({
  imageUrl,
  picture,
}: Pick<Product, 'imageUrl' | 'picture'>): string | undefined {
  // What shows a link to a page seldom knows AVIF, and always WebP.
  const widest = picture?.widths.at(-1);
  return widest === undefined
    ? (imageUrl ?? undefined)
    : `/api/pictures/${picture?.hash}/${widest}.webp`;
}

/** The product with its offer, and the way that leads to it. */
export function structuredDataOf(product: Product, origin: string, decimals: number): object {
  const { productId, name, brand, category, subCategory, price, currency, stockQty } = product;
  const digits = product.decimals ?? decimals;
  const image = imageOf(product);
  const url = origin + productPath(productId);
  const steps = [
    { name: 'Shop', path: '/products' },
    category && { name: category, path: addressOf('category', category) },
    subCategory && { name: subCategory, path: addressOf('subCategory', subCategory) },
    { name, path: productPath(productId) },
  ].filter((step) => step !== '');
  return [
    {
      '@context': CONTEXT,
      '@type': 'Product',
      name,
      sku: productId,
      url,
      description: summaryOf(product),
      ...(brand && { brand: { '@type': 'Brand', name: brand } }),
      ...(image !== undefined && { image: origin + image }),
      offers: {
        '@type': 'Offer',
        url,
        price: (price / 10 ** digits).toFixed(digits),
        priceCurrency: currency,
        availability: `${CONTEXT}/${stockQty > 0 ? 'InStock' : 'OutOfStock'}`,
      },
    },
    {
      '@context': CONTEXT,
      '@type': 'BreadcrumbList',
      itemListElement: steps.map((step, i) => ({
        '@type': 'ListItem',
        position: i + 1,
        name: step.name,
        item: origin + step.path,
      })),
    },
  ];
}
