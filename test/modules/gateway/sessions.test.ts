/** Sessions: tokens that count, that count no longer, and that are nowhere to be found. */
import { test } from 'tap';
import { startTestHost } from '../../support.ts';

test('smoke', async (t) => {
  const host = await startTestHost(t);
  const r = await host.app.inject({ method: 'POST', url: '/api/sessions' });
  console.log(r.statusCode, r.headers, r.body);
  const c = await host.app.inject({ url: '/api/sessions/current', headers: { authorization: `Bearer ${r.json().token}` } });
  console.log(c.statusCode, c.headers, c.body);
  for (let i = 0; i < 2; i++) {
  const p = await host.app.inject({ url: '/api/products', headers: { authorization: `Bearer ${r.json().token}` } });
  console.log(p.statusCode, p.headers, p.body);
  }
  const n = await host.app.inject({ url: '/api/nothing' });
  console.log(n.statusCode, n.headers, n.body);
  const o = await host.app.inject({ url: '/openapi.json' });
  console.log(o.statusCode, Object.keys(o.json().paths));
});
