/** The paths of the shop: its pages, the files that they load, and what is not found. */
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesEtag, type Routes } from '#host';
import { ASSETS, assemble, MISSING, PAGES, versionOfAssets, type Document } from './documents.ts';
import type { Context } from './settings.ts';

/** Under the version that they have now, files never change. */
const FOREVER = { maxAge: '365d', immutable: true };
/** Another process may be older or newer: whoever asks for its version gets ours, for once. */
const FOR_ONCE = { maxAge: 0 };

const HTML = 'text/html; charset=utf-8';

const hidden = { schema: { hide: true } };

/** Adds the pages at `/` and below, and their files under `/storefront/<version>/`. */
export const pages =
  ({ settings }: Context): Routes =>
  async (app) => {
    const version = versionOfAssets();
    await app.register(fastifyStatic, { serve: false, root: ASSETS, dotfiles: 'ignore' });

    for (const page of PAGES) {
      const document = assemble(page, version, settings);
      app.get(page.path, hidden, (request, reply) => sendDocument(request, reply, document));
    }

    app.get<{ Params: { version: string; '*': string } }>(
      '/storefront/:version/*',
      hidden,
      (request, reply) => {
        const { version: asked, '*': file } = request.params;
        return reply.sendFile(file, asked === version ? FOREVER : FOR_ONCE);
      },
    );

    const missing = assemble(MISSING, version, settings);
    app.get('/*', hidden, (request, reply) => {
      reply.header('vary', 'accept');
      if (!wantsHtml(request)) return reply.callNotFound();
      return reply.code(404).type(HTML).send(missing.html);
    });
  };

/** Whether it is a browser that goes somewhere; of the API it gets what all others get. */
function wantsHtml({ headers, url }: FastifyRequest): boolean {
  return !/^\/api([/?]|$)/.test(url) && (headers.accept?.includes('text/html') ?? false);
}

/** A page may be kept, but is asked for each time: it names the version of its files. */
function sendDocument(request: FastifyRequest, reply: FastifyReply, document: Document) {
  reply.headers({ 'cache-control': 'no-cache', etag: document.etag });
  if (matchesEtag(request.headers['if-none-match'], document.etag)) return reply.code(304).send();
  return reply.type(HTML).send(document.html);
}
