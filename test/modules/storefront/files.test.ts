/** The files of the pages: they refer only to what is there, and nothing stands inline. */
import { test } from 'tap';
import { MISSING, PAGES } from '../../../modules/storefront/documents.ts';
import { addressesOf, filesOf, FOLDER, importsOf, textOf } from './references.ts';

const ASSETS_PREFIX = '{{assets}}/';
const FILES = new Set(filesOf('**/*.*'));
const HTML = filesOf('*.html', FOLDER);
const SCRIPTS = filesOf('**/*.js');

/** Addresses of ours that are not a page: the documents of the API. */
const OTHERS = ['/docs'];

/** Files that pages load themselves. */
const loaded = HTML.flatMap((page) => addressesOf(textOf(page, FOLDER)))
  .filter((to) => to.startsWith(ASSETS_PREFIX))
  .map((to) => to.slice(ASSETS_PREFIX.length));

test('every page has its file, and every file is that of a page', (t) => {
  const names = [...PAGES, MISSING].map(({ name }) => `${name}.html`);
  t.same(HTML, [...names, 'layout.html'].toSorted());
  t.end();
});

test('every address in a page leads to a file or to a page', (t) => {
  const paths = PAGES.map(({ path }) => path);
  const broken = HTML.flatMap((page) =>
    addressesOf(textOf(page, FOLDER))
      .filter((to) =>
        to.startsWith(ASSETS_PREFIX)
          ? !FILES.has(to.slice(ASSETS_PREFIX.length))
          : !to.startsWith('#') && !paths.includes(to) && !OTHERS.includes(to),
      )
      .map((to) => `${page}: ${to}`),
  );
  t.same(broken, []);
  t.ok(loaded.length > PAGES.length, `${loaded.length} files are loaded by pages`);
  t.end();
});

test('every import leads to a file, and no file is there for nothing', (t) => {
  const broken = SCRIPTS.flatMap((file) =>
    importsOf(file)
      .filter((to) => !FILES.has(to))
      .map((to) => `${file} imports ${to}`),
  );
  t.same(broken, []);

  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    if (file.endsWith('.js')) importsOf(file).forEach(visit);
  };
  loaded.forEach(visit);
  t.same(
    [...FILES].filter((file) => !reached.has(file)),
    [],
  );
  t.end();
});

test('no script, no style and no handler stands inline, and nothing comes from elsewhere', (t) => {
  const forbidden = [
    { pattern: /<script(?![^>]*\ssrc=)/, why: 'has a script inline' },
    { pattern: /<style|\sstyle=/, why: 'has a style inline' },
    { pattern: /\son\w+=/, why: 'has a handler inline' },
    { pattern: /javascript:|(?:href|src)="(?:https?:)?\/\//, why: 'leads elsewhere' },
  ];
  const breaches = HTML.flatMap((page) =>
    forbidden
      .filter(({ pattern }) => pattern.test(textOf(page, FOLDER)))
      .map(({ why }) => `${page} ${why}`),
  );
  const styles = filesOf('**/*.css').filter((file) => /@import|url\(/.test(textOf(file)));
  t.same([...breaches, ...styles], []);
  t.end();
});

test('no script makes markup of a text, or keeps a token longer than its tab', (t) => {
  const forbidden =
    /innerHTML|outerHTML|insertAdjacentHTML|setHTML|document\.write|createContextualFragment|\beval\b|new Function|document\.cookie/;
  t.same(
    SCRIPTS.filter((file) => forbidden.test(textOf(file))),
    [],
  );
  const parsers = SCRIPTS.filter((file) => textOf(file).includes('parseFromString'));
  t.same(parsers, ['lib/description.js'], 'it copies what is harmless');
  const keepers = SCRIPTS.filter((file) => /\b(local|session)Storage\b/.test(textOf(file)));
  t.same(keepers, [
    'cart.js',
    'cart/checkout.js',
    'cart/leftover.js',
    'lib/cart.js',
    'operator/call.js',
  ]);
  t.notMatch(textOf('operator/call.js'), 'localStorage');
  t.end();
});
