/** The page of one product: what it is, what it costs, and into the cart with it. */
import { description } from './lib/description.js';
import { byId, element, fill } from './lib/dom.js';
import { money } from './lib/format.js';
import { Problem } from './lib/http.js';
import { availability, card, findProducts, getProduct, picture } from './lib/products.js';
import { empty, linkButton, loading, problem } from './lib/states.js';
import { buying } from './product/buying.js';

/** @import { Product } from './lib/products.js' */

/** Products of the same kind that are shown below. */
const RELATED = 4;

const main = byId('product', HTMLElement);

async function show() {
  fill(main, loading('Looking for the product…'));
  try {
    const product = await getProduct(decodeURIComponent(location.pathname.split('/').at(-1) ?? ''));
    document.title = `${product.name} · Millrace`;
    fill(main, shelf(product), ...present(product));
    // The product is there; that others could not be found is no reason to hide it.
    showRelated(product).catch(reportError);
  } catch (error) {
    const isGone = error instanceof Problem && error.status === 404;
    const gone = () => empty('Not for sale', wordsOfGone, linkButton('/', 'See what is'));
    fill(main, isGone ? gone() : problem(error, show));
  } finally {
    main.removeAttribute('aria-busy');
  }
}

const wordsOfGone = 'The shop has no such product, or no longer.';

/** @param {Product} product */
function shelf({ category, subCategory }) {
  const path = `/?${new URLSearchParams({ category })}`;
  return element(
    'nav',
    { class: 'shelf', 'aria-label': 'Where it stands' },
    element('a', { href: '/' }, 'Shop'),
    category && element('a', { href: path }, category),
    subCategory && element('span', {}, subCategory),
  );
}

/** @param {Product} product */
function present(product) {
  const { text, kind } = availability(product);
  const facts = Object.entries({
    Colours: product.colors.join(', '),
    For: product.gender,
    Season: product.season,
    Use: product.usage,
    'Product no.': product.productId,
  }).filter(([, value]) => value);
  return [
    element(
      'div',
      { class: 'product-picture' },
      picture(product, { alt: altOf(product), eager: true }),
    ),
    element(
      'div',
      { class: 'product-text' },
      element('p', { class: 'card-brand' }, product.brand),
      element('h1', {}, product.name),
      product.variantName && element('p', { class: 'card-variant' }, product.variantName),
      element(
        'p',
        { class: 'product-price' },
        money(product.price, product.currency, product.decimals),
      ),
      element('p', { class: `stock stock-${kind}` }, text),
      kind !== 'none' && buying(product),
      element(
        'div',
        { class: 'product-description', dir: 'auto' },
        description(product.description),
      ),
      element(
        'dl',
        { class: 'facts' },
        ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
      ),
    ),
  ];
}

/** @param {Product} product */
function altOf({ name, variantName }) {
  return variantName ? `${name}, ${variantName}` : name;
}

/** @param {Product} product */
async function showRelated({ productId, category, subCategory }) {
  const query = new URLSearchParams({ category, limit: String(RELATED + 1), search: subCategory });
  const { items } = await findProducts(query);
  const others = items.filter((item) => item.productId !== productId).slice(0, RELATED);
  byId('related', HTMLElement).hidden = others.length === 0;
  fill(byId('related-heading', HTMLElement), `More ${(subCategory || category).toLowerCase()}`);
  fill(byId('related-products', HTMLElement), ...others.map(card));
}

void show();
