/** Where the built pages are, and reading them: once, at the start. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Renderer } from './pages/lib/page.ts';

/** Where the build writes. */
const BUILD = join(import.meta.dirname, '..', '..', 'build', 'storefront');
/** The files that browsers load, each with a compressed one beside it. */
export const ASSETS = join(BUILD, 'assets');
/** What renders pages on the server. */
export const RENDERER = join(BUILD, 'server.mjs');

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A file that pages load. */
export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  /** The same, compressed by Brotli. */
  readonly brotli: Buffer;
}

/** The built pages. */
export interface Built {
  readonly renderer: Renderer;
  /** Names the content of all files that pages load: where it changes, their addresses do. */
  readonly version: string;
  /** By name. */
  readonly assets: ReadonlyMap<string, Asset>;
}

/**
 * Reads the built pages.
 *
 * @throws Error where they have not been built, with the command that does it
 */
export async function readBuilt(): Promise<Built> {
  if (!existsSync(RENDERER))
    throw new Error('The pages are not built. Build them by: node modules/storefront/build.ts');
  const names = globSync('*.{js,css,svg}', { cwd: ASSETS }).toSorted();
  const assets = new Map(names.map((name) => [name, readAsset(name)]));
  const hash = createHash('sha256');
  for (const [name, { bytes }] of assets) hash.update(`${name}\0`).update(bytes);
  const { renderer } = (await import(pathToFileURL(RENDERER).href)) as { renderer: Renderer };
  return { renderer, version: hash.digest('base64url').slice(0, 12), assets };
}

function readAsset(name: string): Asset {
  const type = TYPES[extname(name)] ?? 'application/octet-stream';
  const file = join(ASSETS, name);
  return { type, bytes: readFileSync(file), brotli: readFileSync(`${file}.br`) };
}
