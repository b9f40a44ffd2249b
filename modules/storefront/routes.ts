/** The paths of the shop: its pages, the files that they load, and what is not found. */
import compress from '@fastify/compress';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagOf, matchesEtag, type Routes } from '#host';
import { readBuilt, type Asset } from './built.ts';
import { serveCrawlers } from './crawlers.ts';
import { createPages, queryOf, type RenderedPage } from './render.ts';
import type { Context } from './settings.ts';

/** Under the version that they have now, files never change. */
const FOREVER = 'public, max-age=31536000, immutable';
/** Another process may be older or newer: whoever asks for its version gets ours, for once. */
const FOR_ONCE = 'public, max-age=0';

const HTML = 'text/html; charset=utf-8';

const hidden = { schema: { hide: true } };

/** Adds the pages at `/` and below, and their files under `/storefront/<version>/`. */
export const pages =
  ({ settings }: Context): Routes =>
  async (app) => {
    const { renderer, version, assets } = await readBuilt();
    await app.register(compress, { encodings: ['br', 'gzip'], threshold: 1024 });
    const render = createPages(app, { renderer, version, settings });

    for (const page of renderer.pages) {
      app.get<{ Params: Record<string, string> }>(page.path, hidden, async (request, reply) => {
        const moved = page.movedTo?.(queryOf(request));
        if (moved !== undefined) return reply.redirect(moved, 301);
        return sendPage(request, reply, await render(page, request));
      });
    }
    serveCrawlers(app);

    app.get<{ Params: { version: string; '*': string } }>(
      '/storefront/:version/*',
      { ...hidden, compress: false },
      (request, reply) => {
        const { version: asked, '*': name } = request.params;
        const asset = assets.get(name);
        if (!asset) return reply.callNotFound();
        reply.header('cache-control', asked === version ? FOREVER : FOR_ONCE);
        return sendAsset(request, reply, `"${version}"`, asset);
      },
    );

    app.get('/*', hidden, async (request, reply) => {
      reply.header('vary', 'accept');
      if (!wantsHtml(request)) return reply.callNotFound();
      return sendPage(request, reply, await render(renderer.missing, request));
    });
  };

/** Whether it is a browser that goes somewhere; of the API it gets what all others get. */
function wantsHtml({ headers, url }: FastifyRequest): boolean {
  return !/^\/api([/?]|$)/.test(url) && (headers.accept?.includes('text/html') ?? false);
}

/** A page may be kept, but is asked for each time: it shows what the shop has now. */
function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, html, policy = {} }: RenderedPage,
) {
  const etag = etagOf(html);
  const directives = Object.entries(policy).map((directive) => directive.join(' '));
  const strict = reply.getHeader('content-security-policy');
  reply.header('content-security-policy', [strict, ...directives].join('; '));
  reply.headers({ 'cache-control': 'no-cache', etag, vary: 'accept-language, cookie' });
  if (status === 200 && matchesEtag(request.headers['if-none-match'], etag))
    return reply.code(304).send();
  return reply.code(status).type(HTML).send(html);
}

function sendAsset({ headers }: FastifyRequest, reply: FastifyReply, etag: string, asset: Asset) {
  reply.headers({ etag, vary: 'accept-encoding' }).type(asset.type);
  if (matchesEtag(headers['if-none-match'], etag)) return reply.code(304).send();
  if (!/\bbr\b/.test(String(headers['accept-encoding']))) return reply.send(asset.bytes);
  return reply.header('content-encoding', 'br').send(asset.brotli);
}
