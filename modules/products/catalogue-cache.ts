/**
 * The catalogue's answers in Redis: the lists in one scope, each product in a scope of its own.
 * Orders that only take some of a stock drop nothing: the stock shown may be as old as the cache.
 */
import { createHash } from 'node:crypto';
import { createCache, type Cache, type ModuleContext } from '#host';
import { DEFAULT_LIMIT, type ListQuery } from './search.ts';
import { fold } from './words.ts';

const LISTS = 'lists';
const scopeOf = (productId: string): string => `product:${productId}`;

const caches = new WeakMap<ModuleContext, Cache>();

/** One a context, so that all who load the same in this process wait for the same. */
function cacheOf(context: ModuleContext): Cache {
  const known = caches.get(context);
  if (known) return known;
  const { redis, config } = context;
  const prefix = context.redisKey('cache:');
  const cache = createCache({ redis, prefix, ttlMs: config.CATALOGUE_CACHE_MS });
  caches.set(context, cache);
  return cache;
}

/** An answer, and whether it came out of the cache. */
export interface Answered<T> {
  value: T;
  hit: boolean;
}

/** The kept page of a list, or the one that is loaded now. A load that fails is not kept. */
export function cachedPage<T>(
  context: ModuleContext,
  query: ListQuery,
  load: () => Promise<T>,
): Promise<Answered<T>> {
  return cacheOf(context).get(LISTS, keyOf(query), load);
}

/** The kept product, or the one that is loaded now. A load that fails is not kept. */
export function cachedProduct<T>(
  context: ModuleContext,
  productId: string,
  load: () => Promise<T>,
): Promise<Answered<T>> {
  return cacheOf(context).get(scopeOf(productId), 'page', load);
}

/**
 * Drops what is kept of these products, and the lists.
 *
 * @throws Error where Redis is away
 */
export async function dropProducts(
  context: ModuleContext,
  productIds: readonly string[],
): Promise<void> {
  if (productIds.length === 0) return;
  await cacheOf(context).drop([LISTS, ...productIds.map(scopeOf)]);
}

/**
 * Drops what is kept of products that were just written. Where Redis is away the write stands: the
 * event of the change drops it when Redis is back, or its time ends.
 */
export async function dropWritten(
  context: ModuleContext,
  productIds: readonly string[],
): Promise<void> {
  try {
    await dropProducts(context, productIds);
  } catch (error) {
    context.log.warn(
      { err: error, products: productIds.length },
      'the cache of the catalogue could not be dropped and may be old for a while',
    );
  }
}

/** The same for all requests that have the same answer, however they are written. */
export function keyOf(query: ListQuery): string {
  const { search = '', sort = 'newest', limit = DEFAULT_LIMIT, cursor } = query;
  const values = [query.brand, query.category, query.gender, query.color].map((some = []) =>
    [...new Set(some.map(fold))].filter(Boolean).toSorted(),
  );
  const { minPrice, maxPrice } = query;
  const canonical = [fold(search), values, minPrice ?? null, maxPrice ?? null, sort, limit, cursor];
  // A search, fifty values of each filter and a cursor would make a long key.
  return createHash('sha256').update(JSON.stringify(canonical)).digest('base64url');
}
