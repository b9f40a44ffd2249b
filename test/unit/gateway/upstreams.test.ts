/** Who is asked for what is served elsewhere, and who after that. */
import { test } from 'tap';
import { upstreams, isClosing, mayAskAnother } from '../../../modules/gateway/upstreams.ts';
import { servedPath, urlOf } from '../../../src/registry/register.ts';

const instance = (id: string, ...paths: string[]) => ({
  id,
  url: `http://${id}`,
  modules: [],
  paths,
  bodyLimits: {},
});

test('the processes that serve a path take turns', (t) => {
  const others = [
    instance('a', 'orders'),
    instance('b', 'products'),
    instance('c', 'orders', 'payments'),
  ];
  const ids = (path: string, turn: number) => upstreams(others, path, turn).map(({ id }) => id);
  t.same(
    [0, 1, 2].map((turn) => ids('orders', turn)),
    [
      ['a', 'c'],
      ['c', 'a'],
      ['a', 'c'],
    ],
  );
  t.same(ids('payments', 7), ['c']);
  t.same(ids('order', 0), []);
  t.end();
});

test('another is asked where nothing was done, or where doing it twice does no harm', (t) => {
  t.ok(mayAskAnother('POST', { code: 'ECONNREFUSED' }));
  t.notOk(mayAskAnother('POST', { code: 'UND_ERR_SOCKET' }));
  t.notOk(mayAskAnother('POST', undefined));
  t.ok(mayAskAnother('GET', { code: 'UND_ERR_SOCKET' }));
  t.ok(isClosing(503, { 'content-type': 'application/json' }));
  t.notOk(isClosing(503, { 'content-type': 'application/problem+json' }));
  t.notOk(isClosing(200, { 'content-type': 'application/json' }));
  t.end();
});

test('a route is announced by the first part of its path', (t) => {
  t.equal(servedPath('/api/orders/:orderId'), 'orders');
  t.equal(servedPath('/api/orders'), 'orders');
  t.equal(servedPath('/api/admin/products/:productId'), 'admin/products');
  for (const url of ['/api/*', '/api/admin/:x', '/api/:x', '/docs', '/api', '/apiary/x'])
    t.equal(servedPath(url), undefined, url);
  t.end();
});

test('an address that means all is announced as one that others reach', (t) => {
  t.equal(urlOf({ address: '127.0.0.1', port: 80 }), 'http://127.0.0.1:80');
  t.equal(urlOf({ address: '::1', port: 80 }), 'http://[::1]:80');
  for (const address of ['0.0.0.0', '::'])
    t.notMatch(urlOf({ address, port: 80 }), /\/\/(0\.0\.0\.0|\[::\]):/);
  t.end();
});
