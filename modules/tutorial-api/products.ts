/** Products in the tutorial's form. */
import type { FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { callApi, type App, Nullable } from '#host';
import { read } from './rest.ts';

/** Products that the tutorial's list holds at most, and how many of them our API gives at a time. */
const MAX_PRODUCTS = 1000;
const PAGE = 100;

const Product = Type.Object({
  productId: Type.String(),
  name: Type.String(),
  variantName: Type.String(),
  brand: Type.String(),
  ageGroup: Type.String(),
  gender: Type.String(),
  displayCategories: Type.Array(Type.String()),
  price: Type.Integer(),
  decimals: Type.Optional(Type.Integer()),
  imageUrl: Nullable(Type.String()),
  description: Type.Optional(Type.String()),
});
type Product = Static<typeof Product>;

const OneProduct = Compile(Product);
const Page = Type.Object({
  items: Type.Array(Product),
  nextCursor: Nullable(Type.String()),
});
const ProductPage = Compile(Page);

/** A product as the tutorial knows it. */
export interface TutorialProduct {
  /** A number where the id is one: the tutorial's are. */
  id: number | string;
  /** In whole units of the currency. */
  price: number;
  productDisplayName: string;
  variantName: string;
  brandName: string;
  ageGroup: string;
  gender: string;
  displayCategories: string;
  styleImages: { default: { imageURL: string } };
  productDescriptors: { description: { value: string } };
}

/** The products whose names hold the words, or all, and whether the first of them came from a cache. */
export async function listProducts(
  app: App,
  request: FastifyRequest,
  search: string,
): Promise<{ data: object[]; isFromCache: boolean }> {
  const data: object[] = [];
  let isFromCache = false;
  let cursor: string | null = '';
  while (cursor !== null && data.length < MAX_PRODUCTS) {
    const query = new URLSearchParams({
      search,
      limit: String(PAGE),
      cursor,
      descriptions: 'true',
    });
    const answer = await callApi(app, request, { url: `/api/products?${query.toString()}` });
    const page: Static<typeof Page> = read(ProductPage, answer);
    if (data.length === 0) isFromCache = answer.headers['x-cache'] === 'HIT';
    for (const product of page.items)
      data.push({
        _id: product.productId,
        productId: idOf(product.productId),
        data: toTutorial(product, request),
      });
    cursor = page.nextCursor;
  }
  return { data, isFromCache };
}

/** A product by its id; undefined where it is sold no more. */
export async function findProduct(
  app: App,
  request: FastifyRequest,
  productId: string,
): Promise<TutorialProduct | undefined> {
  const url = `/api/products/${encodeURIComponent(productId)}`;
  const answer = await callApi(app, request, { url });
  return answer.status === 404 ? undefined : toTutorial(read(OneProduct, answer), request);
}

/** An amount of the smallest unit of the currency, in whole units. */
export function inWholeUnits(amount: number, decimals = 0): number {
  return amount / 10 ** decimals;
}

/**
 * Behind the address of a picture: what ends so is shown by the front end's image component as it is, from any
 * host and also where it is an SVG. A server never sees what follows `#`.
 * https://github.com/vercel/next.js/blob/v13.2.1/packages/next/src/client/image.tsx
 */
const SHOWN_AS_IT_IS = '#.svg';

export function idOf(productId: string): number | string {
  const number = Number(productId);
  return String(number) === productId ? number : productId;
}

/** A product of ours in the tutorial's form, with its picture where the request came to. */
export function toTutorial(product: Product, { protocol, host }: FastifyRequest): TutorialProduct {
  const { productId, price, decimals, imageUrl, displayCategories, description = '' } = product;
  const picture = imageUrl === null ? '' : `${protocol}://${host}${imageUrl}${SHOWN_AS_IT_IS}`;
  return {
    id: idOf(productId),
    price: inWholeUnits(price, decimals),
    productDisplayName: product.name,
    variantName: product.variantName,
    brandName: product.brand,
    ageGroup: product.ageGroup,
    gender: product.gender,
    displayCategories: displayCategories.join(','),
    styleImages: { default: { imageURL: picture } },
    productDescriptors: { description: { value: description } },
  };
}
