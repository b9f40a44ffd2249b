/**
 * The catalogue's answers that are kept: the lists in one scope, each product in a scope of its own.
 * Orders that only take some of a stock drop nothing: the stock shown may be as old as the cache.
 */
import { hash } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { Cached, ModuleContext } from '#host';
import { DEFAULT_LIMIT, DIMENSIONS, sortOf, type ListQuery } from './filter.ts';
import { fold } from './tokenizer.ts';

const LISTS = 'lists';
const scopeOf = (productId: string): string => `product:${productId}`;

export interface CatalogueCache {
  /** The kept list of products with a key, or the one that is loaded now. A load that fails is not kept. */
  list(key: string, load: () => Promise<string>): Promise<Cached>;
  /** The kept product, or the one that is loaded now. A load that fails is not kept. */
  product(productId: string, load: () => Promise<string>): Promise<Cached>;
  /**
   * Drops what is kept of these products, and the lists.
   *
   * @throws Error where Redis is away
   */
  drop(productIds: readonly string[]): Promise<void>;
  /**
   * Drops what is kept of products that were just written. Where Redis is away the write stands: the
   * event of the change drops it when Redis is back, or its time ends.
   */
  dropWritten(productIds: readonly string[]): Promise<void>;
}

export function createCatalogueCache(
  cache: ReturnType<ModuleContext['cache']>,
  log: FastifyBaseLogger,
): CatalogueCache {
  async function drop(productIds: readonly string[]): Promise<void> {
    if (productIds.length > 0) await cache.drop([LISTS, ...productIds.map(scopeOf)]);
  }
  return {
    list: (key, load) => cache.get(LISTS, key, load),
    product: (productId, load) => cache.get(scopeOf(productId), 'page', load),
    drop,
    async dropWritten(productIds) {
      try {
        await drop(productIds);
      } catch (error) {
        log.warn(
          { err: error, products: productIds.length },
          'the cache of the catalogue could not be dropped and may be old for a while',
        );
      }
    },
  };
}

/** The key of a page: the same for all requests that have the same answer, however they are written. */
export function keyOf(query: ListQuery): string {
  const { search = '', limit = DEFAULT_LIMIT, descriptions, cursor } = query;
  const values = DIMENSIONS.map((dimension) =>
    [...new Set(query[dimension]?.map(fold))].filter(Boolean).toSorted(),
  );
  const { minPrice, maxPrice } = query;
  const canonical = [
    fold(search),
    values,
    minPrice ?? null,
    maxPrice ?? null,
    sortOf(query),
    limit,
    cursor,
    descriptions === true,
  ];
  // A search, fifty values of each filter and a cursor would make a long key.
  return hash('sha256', JSON.stringify(canonical), 'base64url');
}

/** The key of what is suggested for a search. */
export function suggestionsKey(search: string): string {
  return `suggestions:${hash('sha256', fold(search), 'base64url')}`;
}

/** The key of what is related to a product. */
export function relatedKey(productId: string): string {
  return `related:${productId}`;
}
