/** Products as the API gives them, and how a list shows one. */
import { element } from './dom.js';
import { money } from './format.js';
import { request } from './http.js';

/**
 * @typedef {object} ProductItem
 * @property {string} productId
 * @property {string} name
 * @property {string} variantName
 * @property {string} brand
 * @property {string} category
 * @property {string} subCategory
 * @property {string} gender
 * @property {string} season
 * @property {string} usage
 * @property {string[]} colors
 * @property {number} price in the smallest unit of the currency
 * @property {string} currency
 * @property {number} [decimals] of the currency that amounts count in
 * @property {number} stockQty
 * @property {string | null} imageUrl
 */

/** @typedef {ProductItem & { description: string }} Product */

/** @typedef {{ value: string, count: number }} FacetValue */

/**
 * @typedef {object} ProductPage
 * @property {ProductItem[]} items
 * @property {string | null} nextCursor
 * @property {number} total
 * @property {{
 *   brand: FacetValue[], category: FacetValue[], gender: FacetValue[], color: FacetValue[],
 *   price: { min: number | null, max: number | null }
 * }} facets
 */

/** Up to how many pieces a product is shown as one of the last. */
const FEW = 5;

/**
 * @param {URLSearchParams} query
 * @param {AbortSignal} [signal]
 * @returns {Promise<ProductPage>}
 */
export function findProducts(query, signal) {
  return request(`/api/products?${query}`, { signal });
}

/**
 * @param {string} productId
 * @returns {Promise<Product>}
 */
export function getProduct(productId) {
  return request(`/api/products/${encodeURIComponent(productId)}`);
}

/** @param {string} productId */
export function pathOf(productId) {
  return `/products/${encodeURIComponent(productId)}`;
}

/**
 * The picture of a product, or a field of its own colour where it has none.
 *
 * @param {ProductItem} product
 * @param {{ alt?: string, eager?: boolean }} [options]
 */
export function picture({ imageUrl, name }, { alt = '', eager = false } = {}) {
  if (!imageUrl)
    return element('span', { class: 'picture', 'aria-hidden': 'true' }, name.slice(0, 1));
  return element('img', {
    class: 'picture',
    src: imageUrl,
    alt,
    width: 480,
    height: 640,
    loading: eager ? 'eager' : 'lazy',
    decoding: 'async',
  });
}

/**
 * What the stock means to a customer.
 *
 * @param {ProductItem} product
 * @returns {{ text: string, kind: 'good' | 'few' | 'none' }}
 */
export function availability({ stockQty }) {
  if (stockQty <= 0) return { text: 'Sold out', kind: 'none' };
  if (stockQty <= FEW) return { text: `Only ${stockQty} left`, kind: 'few' };
  return { text: 'In stock', kind: 'good' };
}

/**
 * A product as a list shows it.
 *
 * @param {ProductItem} product
 */
export function card(product) {
  const { text, kind } = availability(product);
  return element(
    'li',
    { class: 'card' },
    element(
      'a',
      { href: pathOf(product.productId) },
      picture(product),
      element('span', { class: 'card-brand' }, product.brand),
      element('span', { class: 'card-name' }, product.name),
      product.variantName && element('span', { class: 'card-variant' }, product.variantName),
      element(
        'span',
        { class: 'card-price' },
        money(product.price, product.currency, product.decimals),
      ),
      kind !== 'good' && element('span', { class: `stock stock-${kind}` }, text),
    ),
  );
}
