/** What requests hold is taken as it is written, or refused: nothing is made to fit. */
import { Type } from 'typebox';
import { test } from 'tap';
import { fromText } from '../../src/config/from-text.ts';
import { as } from '../session.ts';
import { ADMIN_TOKEN, startTestHost, type TestHost } from '../support.ts';

/** Texts that are no whole number in decimals, encoded for a query. */
const NO_INTEGERS = (
  '10.9 1.0 true false 0x2 0b1 1e1 %20 %09 %201 1%20 %2B1 -0 007 1_000 1,000 NaN Infinity - null ' +
  '%EF%BC%91 [1] 999999999999999999999999999999'
).split(' ');

const order = (quantity: string) => `{"items":[{"productId":"a","quantity":${quantity}}]}`;

/** What some calls want besides the number, and what they answer then where that is not 200. */
const BESIDES: Record<string, { query?: string; value?: number; status?: number }> = {
  '/api/admin/customers': { query: 'email=ann&' },
  '/api/admin/orders?status': { value: 3 },
  '/api/admin/product-imports/ORDERS_STREAM/bad-lines': { status: 404 },
  '/api/admin/streams/ORDERS_STREAM/dead-letters': { query: 'group=payments&' },
};

interface Parameter {
  name: string;
  in: string;
  required: boolean;
  schema: { type?: string };
}

async function integersIn({ app }: TestHost) {
  const { paths } = (await app.inject('/openapi.json')).json<{
    paths: Record<string, Record<string, { parameters?: Parameter[] }>>;
  }>();
  return Object.entries(paths).flatMap(([path, { get }]) =>
    (get?.parameters ?? [])
      .filter((one) => one.in === 'query' && one.schema.type === 'integer')
      .map(({ name }) => ({ url: path.replaceAll(/\{\w+\}/g, 'ORDERS_STREAM'), name })),
  );
}

test('a number in a query is one in decimals, or 400 that names it, in every route', async (t) => {
  const host = await startTestHost(t);
  const found = await integersIn(host);
  t.ok(found.length >= 7, `${found.length} numbers were found`);
  for (const { url, name } of found) {
    const operator = url.startsWith('/api/admin/');
    const headers = operator ? { authorization: `Bearer ${ADMIN_TOKEN}` } : as(host, 'alice');
    const { query = '', value = 5, status = 200 } = BESIDES[`${url}?${name}`] ?? BESIDES[url] ?? {};
    const ask = (own: string) => host.app.inject({ url: `${url}?${query}${own}`, headers });
    for (const text of NO_INTEGERS)
      t.match(
        await ask(`${name}=${text}`),
        { statusCode: 400, body: RegExp(`"querystring/${name}","message":"must be`) },
        `${url}?${name}=${text}`,
      );
    t.equal((await ask(`${name}=1&${name}=2`)).statusCode, 400, `${url} with two of ${name}`);
    t.equal((await ask(`${name}=${value}`)).statusCode, status, `${url}?${name}=${value}`);
    // A form sends the fields that nobody filled in, and the shop's has some.
    const empty = url === '/api/products' ? 200 : 400;
    t.equal((await ask(`${name}=`)).statusCode, empty, `${url}?${name}=`);
  }
});

test('what a body holds is not converted', async (t) => {
  const host = await startTestHost(t);
  const operator = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const cases = [
    ['POST', '/api/orders', as(host, 'alice'), order, '/items/0/quantity'],
    [
      'POST',
      '/api/admin/products/a/stock',
      operator,
      (one: string) => `{"change":${one}}`,
      '/change',
    ],
    ['PATCH', '/api/admin/products/a', operator, (one: string) => `{"price":${one}}`, '/price'],
    [
      'POST',
      '/api/admin/payments/a/refunds',
      operator,
      (one: string) => `{"amount":${one}}`,
      '/amount',
    ],
  ] as const;
  for (const [method, url, headers, write, path] of cases)
    for (const value of ['"2"', 'true', '2.5', 'null', '"0x2"', '[2]', '{}', '1e400', '""'])
      t.match(
        await host.app.inject({
          method,
          url,
          headers: { ...headers, 'content-type': 'application/json' },
          payload: write(value),
        }),
        { statusCode: 400, body: RegExp(`body${path}: must be`) },
        `${url} with ${value}`,
      );
});

test('a text is what its schema makes of it, exactly, or stays a text', (t) => {
  for (const text of ['0', '7', '-7', '1000', String(Number.MAX_SAFE_INTEGER)])
    t.equal(fromText(Type.Integer(), text), Number(text));
  for (const text of ['', '1.0', '9007199254740992', '1e3', '00', '+1', '-0', '--1'])
    t.equal(fromText(Type.Integer(), text), text);
  for (const text of ['0.5', '-0.5', '12.50', '3'])
    t.equal(fromText(Type.Number(), text), Number(text));
  for (const text of ['.5', '5.', '1e-3', '-0', '00.5', 'Infinity'])
    t.equal(fromText(Type.Number(), text), text);
  t.equal(fromText(Type.Boolean(), 'true'), true);
  t.equal(fromText(Type.Boolean(), 'false'), false);
  for (const text of ['', '0', '1', 'TRUE', 'yes', ' true'])
    t.equal(fromText(Type.Boolean(), text), text);
  t.same(fromText(Type.Array(Type.Integer()), '3'), [3], 'one is a list of one');
  t.same(fromText(Type.Array(Type.Integer()), ['3', 'x']), [3, 'x']);
  t.same(fromText(Type.Integer(), ['3']), ['3'], 'a list of one is not one');
  t.equal(fromText(Type.String(), '3'), '3');
  t.end();
});
