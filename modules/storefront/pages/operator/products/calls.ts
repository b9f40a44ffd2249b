/** The operator's calls of products, each made from the state that is shown: a newer one is not overwritten. */
import type {
  OperatorProduct,
  OperatorProductList,
  ProductHistory,
  StockChanged,
} from '../../../../products/api.ts';
import { confirmed } from '../../components/confirm.tsx';
import { money } from '../../lib/format.ts';
import { Problem } from '../../lib/http.ts';
import { ask, postOnce } from '../call.ts';

/** The address of a product's page. */
export const hashOf = (productId: string) => `#products/${encodeURIComponent(productId)}`;

const pathOf = (productId: string) => `/products/${encodeURIComponent(productId)}`;

/** The version that a change is made from. */
const from = ({ version }: OperatorProduct) => ({ 'if-match': `"${version}"` });

export const findProduct = (productId: string) => ask<OperatorProduct>(pathOf(productId));

export const findHistory = (productId: string) =>
  ask<ProductHistory>(`${pathOf(productId)}/history`);

export function findProducts(query: Record<string, string>): Promise<OperatorProductList> {
  return ask(`/products?${new URLSearchParams(query)}`);
}

/** The details that an operator writes. */
export type Written = Record<string, string | number | readonly string[]>;

/**
 * Changes details. A large change of the price is made where it is confirmed; undefined: it is not.
 *
 * @throws Problem as the API does
 */
export async function changeProduct(
  product: OperatorProduct,
  body: Written,
): Promise<OperatorProduct | undefined> {
  const path = pathOf(product.productId);
  const change = (confirm: boolean) =>
    ask<OperatorProduct>(path, {
      method: 'PATCH',
      headers: from(product),
      body: { ...body, ...(confirm && { confirm }) },
    });
  try {
    return await change(false);
  } catch (error) {
    if (!(error instanceof Problem) || error.slug !== 'large-price-change') throw error;
    const question = priceQuestion(product, Number(body['price']));
    if (!(await confirmed(question, 'Change the price'))) return undefined;
    return change(true);
  }
}

function priceQuestion({ name, price, currency, decimals }: OperatorProduct, to: number): string {
  const before = money(price, currency, decimals);
  const part = price > 0 ? Math.round(((to - price) / price) * 100) : 0;
  const by = price > 0 ? `, by ${part > 0 ? '+' : '−'}${Math.abs(part)} %` : '';
  const free = to === 0 ? ' It is free then.' : '';
  return `Change the price of ${name} from ${before} to ${money(to)}${by}?${free}`;
}

/** Adds pieces to the stock, or takes them away. Gives the stock since. */
export async function changeStock(
  { productId }: OperatorProduct,
  change: number,
  reason?: string,
): Promise<number> {
  const body = { change, ...(reason && { reason }) };
  return (await postOnce<StockChanged>(`${pathOf(productId)}/stock`, body)).stockQty;
}

export const createProduct = (body: Written) => postOnce<OperatorProduct>('/products', body);

/** Takes a product out of the shop where that is confirmed, or brings it back; undefined: it is not. */
export async function toggleArchived(
  product: OperatorProduct,
): Promise<OperatorProduct | undefined> {
  const { productId, name, archived, reservedQty } = product;
  const kept =
    reservedQty > 0 ? ` Orders that were placed go on: ${reservedQty} pieces are set aside.` : '';
  const question = `Take ${name} out of the shop? Nobody finds it or can order it then.${kept} It can be brought back.`;
  if (!archived && !(await confirmed(question, 'Archive'))) return undefined;
  const path = `${pathOf(productId)}/${archived ? 'restore' : 'archive'}`;
  return ask(path, { method: 'POST', headers: from(product) });
}

export function setPicture(product: OperatorProduct, file: Blob): Promise<OperatorProduct> {
  return ask(`${pathOf(product.productId)}/picture`, {
    method: 'PUT',
    headers: { ...from(product), 'content-type': file.type || 'application/octet-stream' },
    file,
  });
}

export function removePicture(product: OperatorProduct): Promise<OperatorProduct> {
  return ask(`${pathOf(product.productId)}/picture`, { method: 'DELETE', headers: from(product) });
}
