/**
 * The pages as pictures, with a thousand real products, to be looked at:
 * `npm run test:browser -- --grep @screenshots` writes them below `build/screenshots`.
 */
import { join } from 'node:path';
import { FASHION } from '../modules/products/catalogue.ts';
import { eventually } from '../support.ts';
import { transitionsEnded } from './checks.ts';
import { expect, test } from './fixtures.ts';
import { headingOf, linksOf } from './operator.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'build', 'screenshots');

const PAGES = {
  home: '/',
  catalogue: '/products',
  search: '/products?search=shirt',
  product: '/products/10000',
  cart: '/cart',
  orders: '/orders',
  account: '/account',
  operator: '/operator',
};

test('pages with real products @screenshots', async ({ page, startOwnShop }, { project }) => {
  test.skip(FASHION === undefined, 'the real catalogue is not beside the checkout');
  test.slow();
  const { url, api } = await startOwnShop({ SAMPLE_CATALOGUE: 'off' });
  await api.importFile(join(FASHION!, 'products.ndjson'), join(FASHION!, 'images'));
  // Pages of an account ask whose it is, and the answer to nobody is 401.
  await page.request.post(`${url}/api/sessions`);
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(url + path, { waitUntil: 'networkidle' });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await transitionsEnded(page);
      const file = join(FOLDER, project.name, `${name}-${colorScheme}.png`);
      await page.screenshot({ path: file, fullPage: true });
    }
  }
});

test("the operator's sections under orders @screenshots", async ({ page, startOwnShop }, {
  project,
}) => {
  test.slow();
  const shop = await startOwnShop();
  const { api, adminToken } = shop;
  const { token } = await api.startSession();
  const { items } = await api.ask<{ items: { productId: string }[] }>('GET /api/products?limit=8');
  const orders = [];
  for (const { productId } of items) orders.push(await api.placeOrder(token, { [productId]: 1 }));
  const tooHigh = { type: 'identity.scored', v: '1', userId: 'nobody', score: '2' };
  await api.addEntries(
    'IDENTITY_STREAM',
    orders.map(({ orderId }) => ({ ...tooHigh, orderId })),
  );
  const invited = { email: 'ann@shop.example', name: 'Ann', role: 'support' };
  await api.ask('POST /api/admin/operators', { token: adminToken, body: invited });
  await eventually('all are dead letters', async () => {
    const { total } = await api.ask<{ total: number }>('GET /api/admin/dead-letters', {
      token: adminToken,
    });
    return total === orders.length;
  });
  await page.goto(`${shop.url}/operator`);
  await page.getByLabel('ADMIN_TOKEN').fill(adminToken);
  await page.getByRole('button', { name: 'Enter' }).click();
  await headingOf(page).waitFor();
  const names = await linksOf(page).evaluateAll((links) =>
    links.map((link) => link.getAttribute('href')!.slice(1)),
  );
  const sections = Object.fromEntries(names.map((name) => [name, name]));
  const parts = {
    order: `orders/${orders[0]?.orderId}`,
    letters: 'dead-letters/IDENTITY_STREAM/orders',
  };
  for (const [name, hash] of Object.entries({ ...sections, ...parts })) {
    await page.goto(`${shop.url}/operator#${hash}`);
    await expect(page.getByText('One moment…')).toHaveCount(0);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await transitionsEnded(page);
      const file = join(FOLDER, project.name, `operator-${name}-${colorScheme}.png`);
      await page.screenshot({ path: file, fullPage: true });
    }
  }
  // Its live feed would break off with the shop.
  await page.goto('about:blank');
});
