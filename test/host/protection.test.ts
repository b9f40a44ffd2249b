/** What every answer tells browsers, and who sees metrics and documents. */
import { test } from 'tap';
import { modules } from '../../modules/index.ts';
import { ADMIN_TOKEN, startTestHost } from '../support.ts';

const SHOWN = ['/metrics', '/docs/', '/docs/json', '/openapi.json', '/asyncapi.json'];

test('every answer keeps browsers from framing it, from guessing, and from loading what is foreign', async (t) => {
  const { app } = await startTestHost(t, { modules });
  const paths = ['/', '/cart', '/nothing', '/healthz', '/api/products', '/api/nothing', '/api/%ff'];
  for (const url of [...SHOWN, ...paths, '/docs/static/index.css']) {
    const { headers } = await app.inject(url);
    t.match(headers['content-security-policy'], /default-src 'self';.*frame-ancestors 'none'/, url);
    t.match(headers, {
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
    });
  }
});

test('metrics and documents are shown to this machine and the operator, or to whom their settings name', async (t) => {
  const settings = ['local', 'operator', 'everyone'];
  const from = {
    here: { remoteAddress: '127.0.0.1' },
    'here, by IPv6': { remoteAddress: '::1' },
    elsewhere: { remoteAddress: '203.0.113.9' },
    'elsewhere, by a proxy here': {
      remoteAddress: '127.0.0.1',
      headers: { 'x-forwarded-for': '203.0.113.9' },
    },
    'the operator elsewhere': {
      remoteAddress: '203.0.113.9',
      headers: { authorization: `bearer ${ADMIN_TOKEN}` },
    },
  };
  const seen: Record<string, unknown> = {};
  for (const setting of settings) {
    const environment = { METRICS_ACCESS: setting, DOCS_ACCESS: setting };
    const { app } = await startTestHost(t, { modules: [], environment });
    for (const url of SHOWN) {
      const statuses = Object.values(from).map(async (request) => {
        const { statusCode } = await app.inject({ url, ...request });
        return statusCode;
      });
      seen[`${setting} ${url}`] = await Promise.all(statuses);
    }
    const health = await app.inject({ url: '/healthz', remoteAddress: '203.0.113.9' });
    t.equal(health.statusCode, 200);
  }
  const wanted: Record<string, number[]> = {
    local: [200, 200, 401, 401, 200],
    operator: [401, 401, 401, 401, 200],
    everyone: [200, 200, 200, 200, 200],
  };
  t.same(
    seen,
    Object.fromEntries(
      settings.flatMap((setting) => SHOWN.map((url) => [`${setting} ${url}`, wanted[setting]])),
    ),
  );
});
