/** The filters beside the list: what it can be narrowed to, with how many products each leaves. */
import { button, element, fill, keepingFocus } from '../lib/dom.js';
import { CURRENCY, count, FIELD_STEP, fromField, toField } from '../lib/format.js';
import { DIMENSIONS, toggled, withValue } from './query.js';

/** @import { FacetValue, ProductPage } from '../lib/products.js' */
/** @import { Dimension } from './query.js' */

/** @type {Record<Dimension, string>} */
export const LABELS = { category: 'Category', brand: 'Brand', gender: 'For', color: 'Colour' };

/** Values that a filter shows before it is opened wider. */
const SHOWN = 7;

/** Filters that were opened wider, for as long as the page lives. @type {Set<Dimension>} */
const wide = new Set();

/**
 * Shows the filters anew; what had the focus keeps it.
 *
 * @param {HTMLFormElement} form
 * @param {ProductPage['facets']} facets
 * @param {URLSearchParams} query
 * @param {(changed: URLSearchParams) => void} go
 */
export function showFilters(form, facets, query, go) {
  const groups = DIMENSIONS.map((dimension) => {
    const values = withChosen(facets[dimension], query.getAll(dimension));
    return values.length > 0 && choices(dimension, values, query, go);
  });
  keepingFocus(() => fill(form, ...groups, prices(facets.price, query, go)));
}

/**
 * Chosen values stay in sight though no product has them together with the other filters.
 *
 * @param {FacetValue[]} values
 * @param {string[]} chosen
 */
function withChosen(values, chosen) {
  const shown = new Set(values.map(({ value }) => value.toLowerCase()));
  const lost = chosen.filter((value) => !shown.has(value.toLowerCase()));
  return [...lost.map((value) => ({ value, count: 0 })), ...values];
}

/**
 * @param {Dimension} dimension
 * @param {FacetValue[]} values
 * @param {URLSearchParams} query
 * @param {(changed: URLSearchParams) => void} go
 */
function choices(dimension, values, query, go) {
  const chosen = query.getAll(dimension).map((value) => value.toLowerCase());
  const boxes = values.map(({ value, count: products }, i) => {
    const id = `${dimension}-${value}`;
    const isChosen = chosen.includes(value.toLowerCase());
    const box = element('input', { type: 'checkbox', id, checked: isChosen });
    box.addEventListener('change', () =>
      go(toggled(query, dimension, spelling(query, dimension, value))),
    );
    const hidden = i >= SHOWN && !isChosen && !wide.has(dimension);
    const label = element('label', { for: id }, value);
    return element(
      'li',
      { hidden },
      box,
      label,
      element('span', { class: 'tally' }, count(products)),
    );
  });
  const more = boxes.filter(({ hidden }) => hidden).length;
  const set = element('fieldset', {}, element('legend', {}, LABELS[dimension]));
  set.append(element('ul', {}, ...boxes));
  if (more > 0) {
    const widen = button(
      `${more} more`,
      () => {
        wide.add(dimension);
        for (const box of boxes) box.hidden = false;
        widen.remove();
      },
      { class: 'link-button' },
    );
    set.append(widen);
  }
  return set;
}

/**
 * A value as the address has it, which may spell it otherwise than the shop.
 *
 * @param {URLSearchParams} query
 * @param {Dimension} dimension
 * @param {string} value
 */
function spelling(query, dimension, value) {
  const same = (/** @type {string} */ one) => one.toLowerCase() === value.toLowerCase();
  return query.getAll(dimension).find(same) ?? value;
}

/**
 * @param {ProductPage['facets']['price']} bounds
 * @param {URLSearchParams} query
 * @param {(changed: URLSearchParams) => void} go
 */
function prices(bounds, query, go) {
  const fields = /** @type {const} */ (['minPrice', 'maxPrice']).map((name) => {
    const bound = name === 'minPrice' ? bounds.min : bounds.max;
    const value = query.get(name);
    const label = name === 'minPrice' ? 'From' : 'To';
    const input = element('input', {
      type: 'number',
      id: name,
      min: 0,
      step: FIELD_STEP,
      inputmode: 'decimal',
      placeholder: bound === null ? '' : toField(bound),
      value: value === null ? null : toField(Number(value)),
    });
    input.addEventListener('change', () => {
      const amount = fromField(input.value);
      go(withValue(query, name, amount === undefined ? undefined : String(Math.max(0, amount))));
    });
    return element('label', {}, label, input);
  });
  const legend = element('legend', {}, `Price in ${CURRENCY}`);
  return element('fieldset', { class: 'prices' }, legend, element('div', {}, ...fields));
}
