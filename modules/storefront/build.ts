/**
 * Builds the pages: `node modules/storefront/build.ts` makes of `pages/` what browsers load, and what renders
 * pages on the server, in `build/storefront/`. The set-up step and the image's build run it.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, type BuildOptions } from 'esbuild';
import { ASSETS, BUILD, RENDERER } from './built.ts';

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
rmSync(BUILD, { recursive: true, force: true });
mkdirSync(ASSETS, { recursive: true });
for (const { path, contents } of files) {
  writeFileSync(path, contents);
  writeFileSync(`${path}.br`, brotliCompressSync(contents, brotli));
}
for (const { path, contents } of server.outputFiles ?? []) writeFileSync(path, contents);
