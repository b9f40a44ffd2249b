/** Products of which little is left, and the way to change one. */
import { element } from '../lib/dom.js';
import { field, form } from '../lib/form.js';
import { count } from '../lib/format.js';
import { table } from '../lib/table.js';
import { ask } from './call.js';
import { part } from './part.js';
import { productEditor } from './product-editor.js';

/** @import { Stocked } from './product-editor.js' */

/** @type {import('./part.js').Show} */
export function showStock(panel, _signal, [productId]) {
  const find = form(
    'Show',
    [field('productId', 'Product no.', { required: true, value: productId })],
    async (values) => {
      location.hash = `#products/${encodeURIComponent(values['productId'] ?? '')}`;
    },
  );
  const low = part(async () => {
    /** @type {{ threshold: number, items: Stocked[] }} */
    const { threshold, items } = await ask('/products/low-stock');
    const caption = `${count(threshold)} left or fewer`;
    const columns = [
      'Product',
      { number: 'In stock' },
      { number: 'Set aside' },
      { number: 'Sold' },
    ];
    return table(caption, columns, items.map(lowRow), 'Enough of everything is left.');
  });
  panel.append(find);
  if (productId) panel.append(productEditor(productId, low.reload));
  panel.append(low.element);
}

/** @param {Stocked} product */
function lowRow({ productId, name, stockQty, reservedQty, soldQty }) {
  const href = `#products/${encodeURIComponent(productId)}`;
  return [
    element('a', { href, id: `low-${productId}` }, name),
    count(stockQty),
    count(reservedQty),
    count(soldQty),
  ];
}
