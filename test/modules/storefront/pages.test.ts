/** The pages over HTTP: what is served, under which headers, and what is not found. */
import { brotliDecompressSync } from 'node:zlib';
import { test, type Test } from 'tap';
import { readBuilt } from '../../../modules/storefront/built.ts';
import { storefront } from '../../../modules/storefront/index.ts';
import { startTestHost } from '../../support.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

const { renderer, version } = await readBuilt();

/** A shop of its pages alone: no API answers. */
const startPages = (t: Test, environment = {}) =>
  startTestHost(t, { modules: [storefront], environment });

/** The frame that a page was rendered with, as the browser finds it. */
function frameOf(html: string): Record<string, unknown> {
  const [, json = ''] = /<script type="application\/json" id="frame">(.*?)<\/script>/.exec(html)!;
  return JSON.parse(json) as Record<string, unknown>;
}

test('every page is served, alone too, under headers that allow nothing from elsewhere', async (t) => {
  const { app } = await startPages(t);
  t.ok(renderer.pages.length >= 8, renderer.pages.map(({ path }) => path).join(' '));
  for (const { path } of renderer.pages) {
    const url = path.replace(/:\w+/, 'some-id');
    const { statusCode, headers, body } = await app.inject({ url, headers: BROWSER });
    t.equal(statusCode, 200, url);
    t.match(headers['content-type'], /^text\/html; charset=utf-8$/);
    t.match(body, /<title>[^<]+ · Millrace<\/title>/);
    const policy = String(headers['content-security-policy']);
    t.match(policy, "default-src 'self'");
    t.match(policy, "frame-ancestors 'none'");
    t.notMatch(policy, /unsafe|\*|https?:|data:/);
    t.equal(headers['x-content-type-options'], 'nosniff');
    t.equal(headers['referrer-policy'], 'same-origin');
    t.equal(headers['cache-control'], 'no-cache');
  }
});

test('no script, no style and no handler stands inline, and nothing comes from elsewhere', async (t) => {
  const { app } = await startPages(t);
  for (const { path } of renderer.pages) {
    const { body } = await app.inject({ url: path.replace(/:\w+/, 'id'), headers: BROWSER });
    const scripts = [...body.matchAll(/<script([^>]*)>/g)].map(([, attributes = '']) => attributes);
    t.ok(scripts.length >= 2, path);
    for (const attributes of scripts)
      t.match(attributes, /src="\/storefront\/|type="application\/(ld\+)?json"/, path);
    t.notMatch(body, /<style|\sstyle=|\son\w+=|javascript:/, path);
    const elsewhere = [...body.matchAll(/\b(?:src|href|action|srcset)="([^"]*)"/g)]
      .map(([, to = '']) => to)
      .filter((to) => !/^[/#]/.test(to) && !to.startsWith('http://localhost'));
    t.same(elsewhere, [], path);
  }
});

test('a page that has not changed is not sent again', async (t) => {
  const { app } = await startPages(t);
  const { etag = '' } = (await app.inject('/cart')).headers;
  const ask = (ifNoneMatch: string) =>
    app.inject({ url: '/cart', headers: { 'if-none-match': ifNoneMatch } });
  for (const known of [etag, `W/${etag}`, `"another", ${etag}`, '*']) {
    const { statusCode, body } = await ask(known);
    t.same({ statusCode, body }, { statusCode: 304, body: '' }, known);
  }
  t.equal((await ask('"another"')).statusCode, 200);
});

test('pages know the currency of the shop, and the language of who asks', async (t) => {
  const { app } = await startPages(t, { CURRENCY: 'EUR', CURRENCY_DECIMALS: '2' });
  const ask = async (language: string) => {
    const answer = await app.inject({ url: '/cart', headers: { 'accept-language': language } });
    t.match(answer.headers['vary'], 'accept-language');
    return frameOf(answer.body);
  };
  t.match(await ask('de-AT,de;q=0.9,en;q=0.8'), { currency: 'EUR', decimals: 2, locale: 'de-AT' });
  for (const unknown of ['', '*', 'no language', '"><script>'])
    t.match(await ask(unknown), { locale: 'en' }, unknown);
});

test('nothing in the address ends the data of a page', async (t) => {
  const { app } = await startPages(t);
  const attack = '</script><script>alert(1)</script>';
  const url = `/cart?search=${encodeURIComponent(attack)}&${attack}`;
  const { body } = await app.inject({ url, headers: BROWSER });
  t.notMatch(body, '<script>alert');
  t.equal(typeof frameOf(body)['search'], 'string');
});

test('files are kept for ever under their own version, and under no other', async (t) => {
  const { app } = await startPages(t);
  const mine = await app.inject(`/storefront/${version}/shop.js`);
  t.equal(mine.statusCode, 200);
  t.match(mine.headers['content-type'], /javascript/);
  t.match(mine.headers['cache-control'], /max-age=31536000, immutable/);
  t.equal(mine.headers['x-content-type-options'], 'nosniff');

  const url = '/storefront/an-older-one/shop.js';
  const older = await app.inject(url);
  t.equal(older.statusCode, 200, 'a process of another version may have sent the page');
  t.notMatch(older.headers['cache-control'], /immutable/);

  const { etag = '' } = older.headers;
  const again = await app.inject({ url, headers: { 'if-none-match': etag } });
  t.equal(again.statusCode, 304);
});

test('files and pages are compressed for those who take that', async (t) => {
  const { app } = await startPages(t);
  for (const url of [
    `/storefront/${version}/shop.js`,
    `/storefront/${version}/shop.css`,
    '/cart',
  ]) {
    const plain = await app.inject({ url, headers: { 'accept-encoding': 'identity' } });
    t.equal(plain.headers['content-encoding'], undefined, url);
    const headers = { 'accept-encoding': 'gzip, deflate, br' };
    const compressed = await app.inject({ url, headers });
    t.equal(compressed.headers['content-encoding'], 'br', url);
    t.match(compressed.headers['vary'], 'accept-encoding');
    t.equal(brotliDecompressSync(compressed.rawPayload).toString(), plain.body, url);
    t.ok(compressed.rawPayload.length < plain.rawPayload.length, url);
  }
});

test('nothing but the files of pages is served', async (t) => {
  const { app } = await startPages(t);
  const paths = ['../server.mjs', '..%2fserver.mjs', '%2e%2e/server.mjs', '..\\server.mjs'];
  for (const path of [
    ...paths,
    '',
    'nothing.js',
    'shop.js.br',
    '%00',
    'shop.js%00.css',
    '__proto__',
  ]) {
    const { statusCode, body } = await app.inject(`/storefront/${version}/${path}`);
    t.ok(statusCode >= 400 && statusCode < 500, `${path}: ${statusCode}`);
    t.notMatch(body, 'preact');
  }
});

test('a path that leads nowhere is a page to a browser, and a problem document to a program', async (t) => {
  const { app } = await startPages(t);
  for (const url of ['/nowhere/at/all', '/apis', '//[']) {
    const page = await app.inject({ url, headers: BROWSER });
    t.equal(page.statusCode, 404, url);
    t.match(page.body, '<title>Not found · Millrace</title>');
    t.match(page.headers['content-security-policy'], "default-src 'self'");
  }

  for (const [url, headers] of [
    ['/nowhere/at/all', { accept: 'application/json' }],
    ['/nowhere/at/all', {}],
    ['/api/nowhere', BROWSER],
    ['/api', BROWSER],
  ] as const) {
    const { statusCode, headers: answered } = await app.inject({ url, headers });
    t.equal(statusCode, 404, url);
    t.match(answered['content-type'], /^application\/problem\+json/, url);
  }
});

test('pages stand beside the documents of the API, not in them', async (t) => {
  const { app } = await startPages(t);
  const { paths } = (await app.inject('/openapi.json')).json<{ paths: Record<string, unknown> }>();
  t.same(
    Object.keys(paths).filter((path) => !/^\/(api|healthz|readyz|metrics)/.test(path)),
    [],
  );
  t.equal((await app.inject('/docs')).statusCode, 200);
  t.equal((await app.inject({ method: 'POST', url: '/cart' })).statusCode, 404);
});
