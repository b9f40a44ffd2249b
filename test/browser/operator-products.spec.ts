/** The operator's products: created, pictured, priced, archived; each by keyboard, on a phone, in both themes. */
import sharp from 'sharp';
import type { Page } from '@playwright/test';
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import { enter } from './operator.ts';

const question = (page: Page) => page.locator('dialog.question');

/** A file as a page gets it that is dropped on. */
async function drop(page: Page, selector: string, name: string, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([base64, fileName]) => {
      const data = Uint8Array.from(atob(base64!), (one) => one.codePointAt(0)!);
      const made = new DataTransfer();
      made.items.add(new File([data], fileName!));
      return made;
    },
    [bytes.toString('base64'), name],
  );
  await page.dispatchEvent(selector, 'drop', { dataTransfer: transfer });
}

const png = () =>
  sharp({ create: { width: 300, height: 400, channels: 3, background: '#c04020' } })
    .png()
    .toBuffer();

test('a product is created with a picture, changed and archived', async ({
  page,
  shop,
  expectProblem,
}) => {
  test.slow();
  await enter(page, shop, '#products');
  await page.getByRole('link', { name: 'New product' }).click();
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByLabel('Number')).toBeFocused();
  await page.getByLabel('Number').fill('lamp-1');
  await page.getByLabel('Name', { exact: true }).fill('Desk Lamp');
  await page.getByLabel('Price in').fill('49');
  await page.getByLabel('In stock').fill('7');
  await page.getByLabel('Colours').fill('Red, Blue');
  await checkAccessibility(page);
  await checkNoOverflow(page);
  await page.getByLabel('Colours').press('Enter');
  await expect(page.getByRole('heading', { name: 'Desk Lamp' })).toBeVisible();

  await drop(page, '.drop', 'lamp.png', await png());
  await expect(page.getByText('The shop shows it now.')).toBeVisible();
  await page.getByLabel('What it shows').fill('A red lamp');
  await page.getByRole('button', { name: 'Save the text' }).click();
  await expect(page.getByRole('img', { name: 'A red lamp' })).toBeVisible();
  await page.getByLabel('Brand').fill('Lumen');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved.').first()).toBeVisible();
  const history = page.getByRole('region', { name: 'History' });
  await expect(history.getByText('brand: none → Lumen')).toBeVisible();
  await expect(history.getByRole('row')).toHaveCount(5);
  await checkAccessibility(page);
  await checkNoOverflow(page);
  const inShop = (await page.request.get('/api/products/lamp-1')).json();
  expect(await inShop).toMatchObject({
    brand: 'Lumen',
    pictureAlt: 'A red lamp',
    colors: ['Red', 'Blue'],
  });

  await page.getByRole('button', { name: 'Archive' }).click();
  await question(page).getByRole('button', { name: 'No, go back' }).click();
  await page.getByRole('button', { name: 'Archive' }).click();
  await question(page).getByRole('button', { name: 'Archive' }).click();
  await expect(page.getByText('Nobody finds it in the shop')).toBeVisible();
  expect((await page.request.get('/api/products/lamp-1')).status()).toBe(404);
  await page.getByRole('link', { name: 'All products' }).click();
  await page.getByLabel('Show').selectOption('Archived');
  await expect(page.getByRole('link', { name: 'Desk Lamp' })).toBeVisible();
  await page.getByRole('link', { name: 'Desk Lamp' }).click();
  await page.getByRole('button', { name: 'Bring back' }).click();
  await expect(page.getByText('For sale')).toBeVisible();

  expectProblem(/^415 PUT .*\/picture/);
  await drop(page, '.drop', 'lamp.png', Buffer.from('no picture'));
  await expect(page.getByRole('alert')).toContainText('no PNG, JPEG, WebP, AVIF or GIF');
});

test('a large change of a price, and 0, are confirmed with both prices', async ({
  page,
  shop,
  expectProblem,
}) => {
  expectProblem(/^409 PATCH /);
  const { items } = await shop.api.ask<{ items: { productId: string; name: string }[] }>(
    'GET /api/products?limit=1&sort=-price',
  );
  const { productId, name } = items[0]!;
  const price = async () =>
    (await shop.api.ask<{ price: number }>(`GET /api/products/${productId}`)).price;
  const before = await price();
  await enter(page, shop, '#products');
  await page.getByLabel('Search by number or words').fill(productId);
  const cell = page.getByLabel(`Price of ${name}`);
  await cell.fill('0');
  await cell.press('Enter');
  await expect(question(page)).toContainText(/from .* to .*0.*free/);
  await checkAccessibility(page);
  await page.keyboard.press('Escape');
  await expect(page.getByText('Not changed.')).toBeVisible();
  await expect(cell).toBeFocused();
  await expect(cell).toHaveValue('0');
  expect(await price()).toBe(before);
  await cell.press('Enter');
  await question(page).getByRole('button', { name: 'Change the price' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  expect(await price()).toBe(0);
});

test('prices and stocks are edited where they stand: Enter saves, Escape undoes, errors stand beside', async ({
  page,
  shop,
}) => {
  const { items } = await shop.api.ask<{
    items: { productId: string; name: string; stockQty: number }[];
  }>('GET /api/products?limit=2&sort=name');
  const [one, other] = items as [(typeof items)[0], (typeof items)[0]];
  await enter(page, shop, '#products');
  await page.getByLabel('Sort').selectOption('Name');
  const stock = page.getByLabel(`Stock of ${one.name}`, { exact: true });
  const price = page.getByLabel(`Price of ${other.name}`, { exact: true });
  const former = await price.inputValue();
  await stock.fill(String(one.stockQty + 4));
  await price.fill('much');
  await price.press('Enter');
  await expect(price).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('Please write a')).toBeVisible();
  await price.press('Escape');
  await expect(price).toHaveValue(former);
  await stock.focus();
  await stock.press('Enter');
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await expect(stock).toBeFocused();
  const now = await shop.api.ask<{ stockQty: number }>(`GET /api/admin/products/${one.productId}`, {
    token: shop.adminToken,
  });
  expect(now.stockQty).toBe(one.stockQty + 4);
  await checkAccessibility(page);
  await checkNoOverflow(page);
});

test('a price that somebody else has changed meanwhile is not overwritten unseen', async ({
  page,
  shop,
  expectProblem,
}) => {
  expectProblem(/^412 PATCH /);
  const { items } = await shop.api.ask<{
    items: { productId: string; name: string; price: number }[];
  }>('GET /api/products?limit=1&sort=-price&search=shirt');
  const { productId, name, price } = items[0]!;
  await enter(page, shop, '#products');
  await page.getByLabel('Search by number or words').fill(productId);
  await expect(page.getByText('1 product', { exact: true })).toBeVisible();
  const cell = page.getByLabel(`Price of ${name}`);
  const typed = String(Number(await cell.inputValue()) + 2);
  const change = (to: number) =>
    shop.api.ask(`PATCH /api/admin/products/${productId}`, {
      token: shop.adminToken,
      body: { price: to },
    });
  await cell.fill(typed);
  await change(price + 1);
  await cell.press('Enter');
  await expect(page.getByText('Somebody changed it meanwhile')).toBeVisible();
  await expect(cell).toHaveValue(typed);
  await cell.press('Enter');
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();

  // The list may be read anew while something is typed, and what it then shows is not seen.
  await cell.fill(String(Number(typed) + 1));
  await change(price);
  const readAnew = page.waitForResponse(/\/api\/admin\/products\?/);
  await page.getByLabel('Sort').selectOption({ index: 1 });
  await readAnew;
  await cell.press('Enter');
  await expect(page.getByText(/meanwhile.*Enter saves yours/)).toBeVisible();
  await cell.press('Enter');
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
});
