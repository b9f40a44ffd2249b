/**
 * The pages as pictures, with a thousand real products, to be looked at:
 * `npm run test:browser -- --grep @screenshots` writes them below `build/screenshots`.
 */
import { join } from 'node:path';
import { FASHION } from '../modules/products/catalogue.ts';
import { transitionsEnded } from './checks.ts';
import { test } from './fixtures.ts';

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
