/** Changing the price or the stock of a product. */
import { element } from '../lib/dom.js';
import { field, form } from '../lib/form.js';
import { CURRENCY, count, FIELD_STEP, fromField, money } from '../lib/format.js';
import { figures } from '../lib/table.js';
import { ask, postOnce } from './call.js';
import { part } from './part.js';

/**
 * @typedef {object} Stocked
 * @property {string} productId
 * @property {string} name
 * @property {number} price
 * @property {string} currency
 * @property {number} [decimals] of the currency that amounts count in
 * @property {number} stockQty
 * @property {number} reservedQty
 * @property {number} soldQty
 */

/**
 * A product with its figures, and forms that change its price and its stock.
 *
 * @param {string} productId
 * @param {() => Promise<void>} onChange
 */
export function productEditor(productId, onChange) {
  const path = `/products/${encodeURIComponent(productId)}`;
  const shown = part(async () => {
    /** @type {Stocked} */
    const { name, price, currency, decimals, stockQty, reservedQty, soldQty } = await ask(path);
    const values = {
      Price: money(price, currency, decimals),
      'In stock': count(stockQty),
      'Set aside': count(reservedQty),
      Sold: count(soldQty),
    };
    return element('div', {}, element('h3', {}, name), figures(values));
  });

  const priceFields = [
    field('price', `New price in ${CURRENCY}`, {
      type: 'number',
      min: 0,
      step: FIELD_STEP,
      required: true,
    }),
  ];
  const changePrice = form('Set the price', priceFields, async (values) => {
    const price = fromField(values['price'] ?? '');
    await ask(path, { method: 'PATCH', body: { price } });
    await shown.reload();
    return `It costs ${money(price ?? 0)} now.`;
  });

  const stockFields = [
    field('change', 'Pieces that came (or −) ', { type: 'number', step: 1, required: true }),
    field('reason', 'Reason', { maxlength: 200, placeholder: 'delivery, count, breakage' }),
  ];
  const changeStock = form('Change the stock', stockFields, async ({ change = '', reason }) => {
    const body = { change: Number(change), ...(reason && { reason }) };
    /** @type {{ stockQty: number }} */
    const { stockQty } = await postOnce(`${path}/stock`, body);
    await Promise.all([shown.reload(), onChange()]);
    return `${count(stockQty)} are in stock now.`;
  });
  return element('div', { class: 'panel' }, shown.element, changePrice, changeStock);
}
