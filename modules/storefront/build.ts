/**
 * Builds the pages: `node modules/storefront/build.ts` makes of `pages/` what browsers load, and what renders
 * pages on the server, in `build/storefront/`. The set-up step and the image's build run it.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, type BuildOptions } from 'esbuild';
import { ASSETS, RENDERER } from './built.ts';

const PAGES = join(import.meta.dirname, 'pages');

const shared: BuildOptions = {
  absWorkingDir: PAGES,
  bundle: true,
  format: 'esm',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  write: false,
  logLevel: 'warning',
};

const [browser, server] = await Promise.all([
  build({
    ...shared,
    entryPoints: ['shop.tsx', 'operator.tsx', 'style/shop.css', 'style/operator.css'],
    entryNames: '[name]',
    outdir: ASSETS,
    target: 'es2022',
    minify: true,
  }),
  build({
    ...shared,
    entryPoints: ['server.tsx'],
    outfile: RENDERER,
    platform: 'node',
    target: 'node24',
    packages: 'external',
  }),
]);

const brotli = {
  params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
};
const files = [
  ...(browser.outputFiles ?? []),
  { path: join(ASSETS, 'icon.svg'), contents: readFileSync(join(PAGES, 'icon.svg')) },
];
mkdirSync(ASSETS, { recursive: true });
for (const { path, contents } of files) {
  if (isThere(path, contents) && existsSync(`${path}.br`)) continue;
  put(`${path}.br`, brotliCompressSync(contents, brotli));
  put(path, contents);
}
for (const { path, contents } of server.outputFiles ?? [])
  if (!isThere(path, contents)) put(path, contents);

function isThere(path: string, contents: Uint8Array): boolean {
  return existsSync(path) && readFileSync(path).equals(contents);
}

/** Puts a file in its place at once: another process may be starting by what is there. */
function put(path: string, contents: Uint8Array): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}
