/** CORS: which pages of other origins a browser lets call the API. */
import { test } from 'tap';
import { startTestHost, type TestHost } from '../../support.ts';

const OWN = 'https://shop.example';
const environment = { CORS_ORIGINS: `${OWN},http://localhost:5173` };

const preflight = (host: TestHost, origin: string) =>
  host.app.inject({
    method: 'OPTIONS',
    url: '/api/orders',
    headers: { origin, 'access-control-request-method': 'POST' },
  });

const corsHeaders = (headers: object): string[] =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));

test('a listed origin may call with cookies, and read what is refused', async (t) => {
  const host = await startTestHost(t, { environment });
  for (const origin of environment.CORS_ORIGINS.split(',')) {
    const allowed = await preflight(host, origin);
    t.equal(allowed.statusCode, 204);
    t.match(allowed.headers, {
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': /POST.*DELETE/,
      'access-control-allow-headers': /x-csrf-token/,
      vary: /origin/i,
    });
  }
  const headers = { origin: OWN, authorization: 'Bearer nonsense' };
  const refused = await host.app.inject({ url: '/api/orders/1', headers });
  t.equal(refused.statusCode, 401);
  t.equal(refused.headers['access-control-allow-origin'], OWN);
});

test('any other origin is told nothing', async (t) => {
  const host = await startTestHost(t, { environment });
  for (const origin of [
    'https://evil.example',
    `${OWN}.evil.example`,
    'null',
    'https://shop.example:444',
  ]) {
    const refused = await preflight(host, origin);
    t.same(corsHeaders(refused.headers), [], origin);
    const read = await host.app.inject({ url: '/api/products', headers: { origin } });
    t.same(corsHeaders(read.headers), []);
    t.match(read.headers.vary, /origin/i, 'and no cache gives it what is for others');
  }
});

test('without a list no origin is', async (t) => {
  const host = await startTestHost(t);
  t.same(corsHeaders((await preflight(host, OWN)).headers), []);
  const read = await host.app.inject({ url: '/api/products', headers: { origin: OWN } });
  t.same(corsHeaders(read.headers), []);
});
