/** A product in the table: its price and its stock are edited there. */
import type { OperatorProduct } from '../../../../products/api.ts';
import { Picture } from '../../components/picture.tsx';
import type { Row } from '../../components/table.tsx';
import { count, currency, money, priceDecimals, toField } from '../../lib/format.ts';
import { Problem } from '../../lib/http.ts';
import type { Pages } from '../parts.tsx';
import { changeProduct, changeStock, findProduct, hashOf } from './calls.ts';
import { EditableCell } from './cell.tsx';
import { amountOf, piecesOf, wantsAmount } from './typed.ts';

/** Makes the row of a product; what is changed in it replaces it in the list. */
export function toRow(product: OperatorProduct, list: Pages<OperatorProduct>): Row {
  const { productId, name, stockQty, reservedQty, soldQty, archived } = product;
  return {
    key: productId,
    cells: [
      <NameCell product={product} />,
      <PriceCell product={product} list={list} />,
      <EditableCell
        label={`Stock of ${name}`}
        value={String(stockQty)}
        isNarrow
        save={async (text) => {
          const pieces = piecesOf(text);
          if (pieces === undefined) return 'Please use a whole number, 0 or more.';
          // As pieces that came or went: what is sold meanwhile is not undone.
          if (pieces !== stockQty)
            replace(list, { ...product, stockQty: await changeStock(product, pieces - stockQty) });
          return undefined;
        }}
      />,
      count(reservedQty),
      count(soldQty),
      <span class={`pill pill-${archived ? 'plain' : 'good'}`}>
        {archived ? 'Archived' : 'For sale'}
      </span>,
    ],
  };
}

function NameCell({ product }: { product: OperatorProduct }) {
  const { productId, name, brand } = product;
  return (
    <span class="product-cell">
      <span class="thumb">
        <Picture product={product} sizes="3rem" />
      </span>
      <span>
        <a href={hashOf(productId)} dir="auto">
          {name}
        </a>
        <small class="fine" dir="auto">
          {brand ? `${productId} · ${brand}` : productId}
        </small>
      </span>
    </span>
  );
}

function PriceCell({ product, list }: { product: OperatorProduct; list: Pages<OperatorProduct> }) {
  const { productId, name, price, currency: of, decimals: counted = priceDecimals() } = product;
  const isOurs = of === currency() && counted === priceDecimals();
  const save = async (text: string): Promise<string | undefined> => {
    const wanted = amountOf(text, priceDecimals());
    if (wanted === undefined) return wantsAmount(currency(), priceDecimals());
    try {
      const changed = await changeProduct(product, { price: wanted });
      if (!changed) return 'Not changed.';
      replace(list, changed);
      return undefined;
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412) throw error;
      const now = await findProduct(productId);
      replace(list, now);
      return `Somebody changed it meanwhile: it is ${money(now.price, now.currency, now.decimals)}. Enter saves yours.`;
    }
  };
  return (
    <>
      <EditableCell label={`Price of ${name}`} value={isOurs ? toField(price) : ''} save={save} />
      {!isOurs && <small class="fine">{money(price, of, counted)}, not for sale</small>}
    </>
  );
}

/** Puts a product in the place of what the list had of it. */
function replace(list: Pages<OperatorProduct>, product: OperatorProduct): void {
  const { data } = list;
  if (!data) return;
  const { description: _, ...shown } = product;
  list.set({
    ...data,
    items: data.items.map((one) => (one.productId === product.productId ? shown : one)),
  });
}
