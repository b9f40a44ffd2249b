/** A shop of real processes behind a gateway, of which one is killed while people buy. */
import { randomUUID } from 'node:crypto';
import { test } from 'tap';
import { startProcess } from '../../process.ts';
import { seed } from '../../shop.ts';
import { eventually, openTestEnvironment, startTestHost } from '../../support.ts';
import { products } from '../../../modules/products/index.ts';

const ORDERS = 40;

test('a guest buys through the gateway while one of two processes behind it is killed', async (t) => {
  const env = await openTestEnvironment(t);
  const catalogue = await startTestHost(t, { env, modules: [products] });
  await seed(catalogue, [{ productId: 'a', stockQty: 1000 }]);
  await catalogue.stop();
  const { url } = await startProcess(t, env, { MODULES: 'gateway' });
  const shop = { MODULES: 'products,orders,payments,digital-identity' };
  const behind = [await startProcess(t, env, shop), await startProcess(t, env, shop)];
  await eventually('the gateway has found the shop', async () => {
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object };
    return Object.hasOwn(paths, '/api/orders');
  });
  await eventually(
    'orders knows the product',
    async () => (await buy(url, await session(url))) !== undefined,
  );

  const headers = await session(url);
  const placed: string[] = [];
  for (let i = 0; i < ORDERS; i += 1) {
    const killing = i === ORDERS / 2 ? behind[0]?.end('SIGKILL') : undefined;
    const key = randomUUID();
    placed.push(await eventually('the order is taken', () => buy(url, headers, key)));
    await killing;
    const list = await fetch(`${url}/api/products`);
    if (!list.ok) throw new Error(`reading failed: ${list.status}`);
  }
  t.equal(new Set(placed).size, ORDERS, 'each order was taken once');
  for (const path of placed) {
    await eventually(`${path} is paid`, async () => {
      const response = await fetch(url + path, { headers });
      if (!response.ok) throw new Error(`reading the order failed: ${response.status}`);
      return ((await response.json()) as { orderStatusCode: number }).orderStatusCode === 3;
    });
  }
  t.pass('all are paid');
});

async function session(url: string): Promise<Record<string, string>> {
  const response = await fetch(`${url}/api/sessions`, { method: 'POST' });
  const { token } = (await response.json()) as { token: string };
  return { authorization: `Bearer ${token}` };
}

/** Places an order. Gives its path; undefined where it was not taken, and may be tried again. */
async function buy(
  url: string,
  headers: Record<string, string>,
  key = randomUUID(),
): Promise<string | undefined> {
  const response = await fetch(`${url}/api/orders`, {
    method: 'POST',
    headers: { ...headers, 'idempotency-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ items: [{ productId: 'a', quantity: 1 }] }),
  });
  return response.headers.get('location') ?? undefined;
}
