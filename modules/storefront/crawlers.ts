/** What search engines ask for: which pages they may read, and which there are. */
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { callApi, DomainError, lookOnceIn, Nullable, type App } from '#host';

/** What one customer sees, or programs. */
const DISALLOWED = ['/cart', '/checkout', '/orders', '/account', '/operator', '/api'];

/** Addresses of a sitemap, by its protocol. */
const MAX_ADDRESSES = 50_000;
/** How long a sitemap is kept, in ms: making it asks the API for every page of the list. */
const MAX_AGE_MS = 3_600_000;
/** Products that the API gives at once, at most. */
const PAGE = 100;

const Products = Compile(
  Type.Object({
    items: Type.Array(Type.Object({ productId: Type.String() })),
    nextCursor: Nullable(Type.String()),
  }),
);

/** Adds `/robots.txt` and `/sitemap.xml`. */
export function serveCrawlers(app: App): void {
  const hidden = { schema: { hide: true } };
  const productIds = lookOnceIn(MAX_AGE_MS, (request: FastifyRequest) =>
    listProducts(app, request),
  );

  app.get('/robots.txt', hidden, (request, reply) =>
    reply.type('text/plain; charset=utf-8').send(
      [
        'User-agent: *',
        // By its filters one list has many addresses.
        ...DISALLOWED.map((path) => `Disallow: ${path}`),
        `Sitemap: ${originOf(request)}/sitemap.xml`,
        '',
      ].join('\n'),
    ),
  );

  app.get('/sitemap.xml', hidden, async (request, reply) => {
    const origin = originOf(request);
    const paths = [
      '/',
      '/products',
      ...(await productIds(request)).map((id) => `/products/${encodeURIComponent(id)}`),
    ];
    const urls = paths
      .slice(0, MAX_ADDRESSES)
      .map((path) => `<url><loc>${escaped(origin + path)}</loc></url>`);
    return reply
      .type('application/xml; charset=utf-8')
      .header('cache-control', `public, max-age=${MAX_AGE_MS / 1000}`)
      .send(
        [
          '<?xml version="1.0" encoding="UTF-8"?>',
          '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
          ...urls,
          '</urlset>',
          '',
        ].join('\n'),
      );
  });
}

/** Where the shop is, as whoever asks sees it. */
export function originOf({ protocol, host }: FastifyRequest): string {
  return `${protocol}://${host}`;
}

async function listProducts(app: App, request: FastifyRequest): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null && ids.length < MAX_ADDRESSES) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor && { cursor }) });
    const { body } = await callApi(app, request, { url: `/api/products?${query}` });
    if (!Products.Check(body)) throw unavailable();
    ids.push(...body.items.map(({ productId }) => productId));
    cursor = body.nextCursor;
  }
  return ids;
}

function unavailable(): DomainError {
  const detail = 'The products cannot be listed at the moment. Try again in a minute.';
  return new DomainError('unavailable', 'unavailable', detail);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
