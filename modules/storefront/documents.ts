/** The HTML of the pages: each one's own part set into the layout, once, at the start. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { etagOf } from '#host';
import type { Context } from './settings.ts';

const FOLDER = join(import.meta.dirname, 'pages');

/** The files that pages load: scripts, styles, pictures. */
export const ASSETS = join(FOLDER, 'assets');

/** A page of the shop: its path as a route, its file `<name>.html`, its title. */
interface Page {
  readonly path: string;
  readonly name: string;
  readonly title: string;
}

export const PAGES: readonly Page[] = [
  { path: '/', name: 'catalogue', title: 'Catalogue' },
  { path: '/products/:productId', name: 'product', title: 'Product' },
  { path: '/cart', name: 'cart', title: 'Your cart' },
  { path: '/orders', name: 'orders', title: 'Your orders' },
  { path: '/orders/:orderId', name: 'order', title: 'Your order' },
  { path: '/account', name: 'account', title: 'Your account' },
  { path: '/operator', name: 'operator', title: 'Operator' },
];

/** What answers a path that leads nowhere; it has no path of its own. */
export const MISSING: Page = { path: '', name: 'missing', title: 'Not found' };

export interface Document {
  readonly html: string;
  readonly etag: string;
}

/** Names the content of all files that pages load: where it changes, their addresses do. */
export function versionOfAssets(): string {
  const hash = createHash('sha256');
  const files = globSync('**/*.*', { cwd: ASSETS }).toSorted();
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(ASSETS, file)));
  return hash.digest('base64url').slice(0, 12);
}

/** The whole document of a page; `version` is that of the files that it loads. */
export function assemble(page: Page, version: string, settings: Context['settings']): Document {
  const values: Record<string, string> = {
    title: page.title,
    page: page.name,
    assets: `/storefront/${version}`,
    currency: settings.CURRENCY,
    decimals: String(settings.CURRENCY_DECIMALS),
  };
  const [layout, main] = ['layout', page.name].map((name) =>
    readFileSync(join(FOLDER, `${name}.html`), 'utf8'),
  ) as [string, string];
  const html = layout
    .replace('{{main}}', () => main)
    .replaceAll(/\{\{(\w+)\}\}/g, (_all, name: string) => {
      const value = values[name];
      if (value === undefined)
        throw new Error(`${page.name}.html asks for {{${name}}}, which is unknown`);
      return value;
    });
  return { html, etag: etagOf(html) };
}
