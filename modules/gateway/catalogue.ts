/** What of the catalogue is cached, and until when: which requests, and what makes answers old. */
import { createHash } from 'node:crypto';
import { createCache, type Cache, type ModuleContext } from '#host';

const SCOPE = 'catalogue';

/** The list of products and a product; a picture has its own way of being kept. */
const READ = /^\/api\/products(?:\/[^/]+)?$/;
const CHANGE = /^\/api\/admin\/products(?:\/|$)/;

/** An answer as it is kept. */
export interface Answer {
  type: string;
  body: string;
}

/** The answers of the catalogue, of all gateways together. */
export interface Catalogue {
  /** The answer to a request, kept or from `load`, which one alone is asked for. */
  get(key: string, load: () => Promise<Answer>): Promise<{ value: Answer; hit: boolean }>;
  /** Makes all answers old. */
  drop(): Promise<void>;
}

export function catalogueOf(context: ModuleContext): Catalogue {
  const cache: Cache = createCache({
    redis: context.redis,
    prefix: context.redisKey('cache:'),
    ttlMs: context.config.CATALOGUE_CACHE_MS,
  });
  return {
    get: (key, load) => cache.get(SCOPE, key, load),
    drop: () => cache.drop([SCOPE]),
  };
}

/** What the answer to a request is kept under, or undefined where it is none of the catalogue. */
export function keyOf({ method, url }: { method: string; url: string }): string | undefined {
  const [path = '', ...query] = url.split('?');
  if (method !== 'GET' || !READ.test(path)) return undefined;
  // As it is written: two ways of decoding it would be two opinions on what is asked for.
  const sorted = query.join('?').split('&').toSorted().join('&');
  return createHash('sha256').update(`${path}?${sorted}`).digest('base64url');
}

/** Whether a request of the operator changes what the catalogue says. */
export function changesCatalogue({ method, url }: { method: string; url: string }): boolean {
  return !['GET', 'HEAD', 'OPTIONS'].includes(method) && CHANGE.test(url.split('?')[0] ?? '');
}
