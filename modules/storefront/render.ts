/** Rendering pages on the server: what the REST API says, set into the page's markup. */
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { callApi, type App } from '#host';
import { originOf } from './crawlers.ts';
import type { AnyPage, Frame, Renderer } from './pages/lib/page.ts';
import type { Context } from './settings.ts';

const Problem = Compile(Type.Object({ type: Type.String(), detail: Type.String() }));

export interface RenderedPage {
  status: number;
  html: string;
  /** What the page needs of the Content Security Policy besides. */
  policy?: Readonly<Record<string, string>> | undefined;
}

/** The query of a request: `?search=shirt`, or empty. */
export const queryOf = ({ url }: FastifyRequest): string => /\?.*$/s.exec(url)?.[0] ?? '';

/**
 * Gives what renders a page for a request. A page whose data the API does not give at the moment comes without
 * them: the browser asks for them then.
 */
export function createPages(
  app: App,
  {
    renderer,
    version,
    settings,
  }: { renderer: Renderer; version: string } & Pick<Context, 'settings'>,
) {
  const { CURRENCY: currency, CURRENCY_DECIMALS: decimals } = settings;

  return async (page: AnyPage, request: FastifyRequest): Promise<RenderedPage> => {
    const frame: Frame = {
      page: page.name,
      params: request.params as Record<string, string>,
      search: queryOf(request),
      origin: originOf(request),
      assets: `/storefront/${version}`,
      hasCookies: request.headers.cookie !== undefined,
      locale: localeOf(request),
      currency,
      decimals,
    };
    const get = async <T>(path: string): Promise<T> => {
      const { status, body } = await callApi(app, request, { url: path });
      if (status === 200) return body as T;
      const { type, detail } = Problem.Check(body) ? body : { type: 'unknown', detail: '' };
      throw new renderer.Problem(status, type, detail);
    };
    try {
      const data = await page.load?.(get, frame);
      const status = page === renderer.missing ? 404 : (page.status?.(data) ?? 200);
      const policy = page.policy?.(data);
      return { status, html: renderer.render(page, { ...frame, data }), policy };
    } catch (error) {
      if (!(error instanceof renderer.Problem)) throw error;
      // Where `products` is not reached there is no such path, which says nothing of the product.
      if (error.status !== 404 || error.type.endsWith(':not-found'))
        return { status: 200, html: renderer.render(page, frame) };
      const { missing } = renderer;
      return { status: 404, html: renderer.render(missing, { ...frame, page: missing.name }) };
    }
  };
}

/** The language that a browser prefers, for numbers and dates; English where it names none that there is. */
function localeOf({ headers }: FastifyRequest): string {
  const [first = ''] = (headers['accept-language'] ?? '').split(/[,;]/);
  try {
    return Intl.NumberFormat.supportedLocalesOf(first.trim())[0] ?? 'en';
  } catch {
    return 'en';
  }
}
