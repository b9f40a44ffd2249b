/** What a page of the shop is, and what it is rendered with. */
import type { JSX } from 'preact';
import type { Get, Problem } from './http.ts';

/** What a page is rendered with: on the server, and again in the browser, which finds it in the page. */
export interface Frame {
  /** The name of the page. */
  page: string;
  /** Of its path. */
  params: Record<string, string>;
  /** Its query, as the address has it: `?search=shirt`, or empty. */
  search: string;
  /** Where the shop is, for addresses that others follow: `https://shop.example`. */
  origin: string;
  /** The path of the files that pages load. */
  assets: string;
  /** The language of numbers and dates. */
  locale: string;
  /** Whether the browser sent a cookie; without one it has no session that it did not begin since. */
  hasCookies: boolean;
  currency: string;
  /** Decimals that prices count in. */
  decimals: number;
  /** What the page's `load` gave; absent where the API did not answer, so that the browser asks itself. */
  data?: unknown;
}

/** What stands in a page's head for those who do not see it: search engines, and who shows a link to it. */
export interface Head {
  title: string;
  description?: string;
  /** The address that names what is shown, without what does not matter: a path. */
  canonical?: string;
  /** The path of a picture. */
  image?: string;
  /** By schema.org. */
  jsonLd?: object;
}

/** The title of a document, of that of its page. */
export const documentTitle = (title: string) => `${title} · Millrace`;

/**
 * A page: its path as a route, what it asks of the API before it is shown, and what it shows. What only one
 * customer may see is no part of `load`: the page asks for it in the browser.
 */
export interface Page<Data = undefined> {
  name: string;
  path: string;
  /** The script and the style that it loads. */
  bundle: 'shop' | 'operator';
  head(this: void, frame: Frame, data?: Data): Head;
  /** Where what an address asks for is now: a path. */
  movedTo?(this: void, search: string): string | undefined;
  /** The HTTP status of what is shown; 200 by default. */
  status?(this: void, data: Data): number;
  load?(this: void, get: Get, frame: Frame): Promise<Data>;
  /** Directives of the Content Security Policy that the page needs besides, by their names. */
  policy?(this: void, data: Data): Readonly<Record<string, string>> | undefined;
  View(this: void, props: { frame: Frame; data: Data }): JSX.Element;
}

/** A page of whatever data. */
// Methods take their arguments both ways, so that a page of some data is one of any.
export type AnyPage = Page<unknown>;

/** What the server has of the pages. */
export interface Renderer {
  readonly pages: readonly AnyPage[];
  /** What answers a path that leads nowhere; it has no path of its own. */
  readonly missing: AnyPage;
  /** What `load` throws where the API says no. */
  readonly Problem: typeof Problem;
  /** The whole document of a page. */
  render(this: void, page: AnyPage, frame: Frame): string;
}
