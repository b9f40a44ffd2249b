/** The sources of the pages: nothing makes markup of a text, keeps what it should not, or comes from elsewhere. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

const MODULES = join(import.meta.dirname, '..', '..', '..', 'modules');
const PAGES = join(MODULES, 'storefront', 'pages');

const filesOf = (pattern: string, cwd = PAGES) => globSync(pattern, { cwd }).toSorted();
const textOf = (file: string) => readFileSync(join(PAGES, file), 'utf8');
const SCRIPTS = filesOf('**/*.{ts,tsx}');
const holding = (pattern: RegExp) => SCRIPTS.filter((file) => pattern.test(textOf(file)));

test('all that runs is TypeScript', (t) => {
  t.same(filesOf('**/*.{js,jsx}', MODULES), []);
  t.ok(SCRIPTS.length > 40, `${SCRIPTS.length} files`);
  t.end();
});

test('no script makes markup of a text, but of what the server has made harmless', (t) => {
  t.same(
    holding(
      /innerHTML|outerHTML|insertAdjacentHTML|setHTML|document\.write|createContextualFragment|parseFromString|\beval\b|new Function|document\.cookie/,
    ),
    [],
  );
  t.same(holding(/dangerouslySetInnerHTML/), ['components/document.tsx', 'product/page.tsx']);
  t.end();
});

test('what the browser keeps is kept by few files, and a token no longer than its tab', (t) => {
  t.same(holding(/\blocalStorage\b/), ['lib/cart.ts', 'lib/session.ts', 'lib/submission.ts']);
  t.same(holding(/\bsessionStorage\b/), [
    'checkout/draft.ts',
    'lib/session.ts',
    'operator/dead-letters/running.ts',
    'operator/session.ts',
  ]);
  t.end();
});

test('no style stands inline, and no style loads anything', (t) => {
  t.same(holding(/\sstyle=/), []);
  const loading = filesOf('**/*.css').filter((file) =>
    /url\(|@import (?!'(\.\/([a-z]+\/)?[a-z-]+|uplot\/dist\/uPlot\.min)\.css';)/.test(textOf(file)),
  );
  t.same(loading, []);
  t.end();
});
