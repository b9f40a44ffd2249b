/** The pages over HTTP: what is served, under which headers, and what is not found. */
import { test } from 'tap';
import { storefront } from '../../../modules/storefront/index.ts';
import { MISSING, PAGES, versionOfAssets } from '../../../modules/storefront/documents.ts';
import { startTestHost } from '../../support.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

test('every page is served, alone too, under headers that allow nothing from elsewhere', async (t) => {
  const { app } = await startTestHost(t, { modules: [storefront] });
  t.ok(PAGES.length >= 7, `pages: ${PAGES.map(({ path }) => path).join(' ')}`);
  for (const { path, title } of PAGES) {
    const url = path.replace(/:\w+/, 'some-id');
    const { statusCode, headers, body } = await app.inject({ url, headers: BROWSER });
    t.equal(statusCode, 200, url);
    t.match(headers['content-type'], /^text\/html; charset=utf-8$/);
    t.match(body, `<title>${title} · Millrace</title>`);
    const policy = String(headers['content-security-policy']);
    t.match(policy, "default-src 'self'");
    t.match(policy, "frame-ancestors 'none'");
    t.notMatch(policy, /unsafe|\*|https?:|data:/);
    t.equal(headers['x-content-type-options'], 'nosniff');
    t.equal(headers['referrer-policy'], 'same-origin');
    t.equal(headers['cache-control'], 'no-cache');
  }
});

test('a page that has not changed is not sent again', async (t) => {
  const { app } = await startTestHost(t, { modules: [storefront] });
  const { etag = '' } = (await app.inject('/cart')).headers;
  const ask = (ifNoneMatch: string) =>
    app.inject({ url: '/cart', headers: { 'if-none-match': ifNoneMatch } });
  for (const known of [etag, `W/${etag}`, `"another", ${etag}`, '*']) {
    const { statusCode, body } = await ask(known);
    t.same({ statusCode, body }, { statusCode: 304, body: '' }, known);
  }
  t.equal((await ask('"another"')).statusCode, 200);
});

test('pages know the currency of the shop', async (t) => {
  const environment = { CURRENCY: 'EUR', CURRENCY_DECIMALS: '2' };
  const { app } = await startTestHost(t, { modules: [storefront], environment });
  const { body } = await app.inject('/');
  t.match(body, '<meta name="currency" content="EUR" />');
  t.match(body, '<meta name="currency-decimals" content="2" />');
});

test('files are kept for ever under their own version, and under no other', async (t) => {
  const { app } = await startTestHost(t, { modules: [storefront] });
  const version = versionOfAssets();
  const mine = await app.inject(`/storefront/${version}/lib/dom.js`);
  t.equal(mine.statusCode, 200);
  t.match(mine.headers['content-type'], /javascript/);
  t.match(mine.headers['cache-control'], /max-age=31536000, immutable/);
  t.equal(mine.headers['x-content-type-options'], 'nosniff');

  const older = await app.inject('/storefront/an-older-one/lib/dom.js');
  t.equal(older.statusCode, 200, 'a process of another version may have sent the page');
  t.notMatch(older.headers['cache-control'], /immutable/);

  const { etag = '' } = older.headers;
  const url = '/storefront/an-older-one/lib/dom.js';
  const again = await app.inject({ url, headers: { 'if-none-match': etag } });
  t.equal(again.statusCode, 304);
});

test('nothing outside the folder of files is served', async (t) => {
  const { app } = await startTestHost(t, { modules: [storefront] });
  const paths = ['../layout.html', '..%2flayout.html', '%2e%2e/layout.html', '..\\layout.html'];
  for (const path of [...paths, '', 'lib', 'nothing.js', '%00', 'lib/dom.js%00.css']) {
    const { statusCode, body } = await app.inject(`/storefront/${versionOfAssets()}/${path}`);
    t.ok(statusCode >= 400 && statusCode < 500, `${path}: ${statusCode}`);
    t.notMatch(body, 'currency-decimals');
  }
});

test('a path that leads nowhere is a page to a browser, and a problem document to a program', async (t) => {
  const { app } = await startTestHost(t, { modules: [storefront] });
  for (const url of ['/nowhere/at/all', '/apis', '//[']) {
    const page = await app.inject({ url, headers: BROWSER });
    t.equal(page.statusCode, 404, url);
    t.match(page.body, `<title>${MISSING.title} · Millrace</title>`);
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
  const { app } = await startTestHost(t, { modules: [storefront] });
  const { paths } = (await app.inject('/openapi.json')).json<{ paths: Record<string, unknown> }>();
  t.same(
    Object.keys(paths).filter((path) => !/^\/(api|healthz|readyz|metrics)/.test(path)),
    [],
  );
  t.equal((await app.inject('/docs')).statusCode, 200);
  t.equal((await app.inject({ method: 'POST', url: '/cart' })).statusCode, 404);
});
