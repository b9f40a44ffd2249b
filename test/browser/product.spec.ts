/** The page of a product, and buying it. */
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import type { Shop } from './shop.ts';

/** Of the sample: a mug of which there are many, and one that tests sell out. */
const MUG = '1002';

test('a product goes into the cart, as many as there are', async ({ page, shop }) => {
  const productId = await lastOf(shop, 3);
  await page.goto(`/products/${productId}`);
  await expect(page.locator('.product').getByText('Only 3 left')).toBeVisible();
  await page.getByLabel('Quantity').fill('2');
  await page.locator('.buying').getByRole('button', { name: 'Add to cart' }).click();
  await expect(page.locator('#cart-count')).toHaveText('2');
  await page.goto(`/products/${productId}`);
  for (const said of ['In your cart: 3.', 'Your cart holds all 3 that there are.']) {
    await page.locator('.buying').getByRole('button', { name: 'Add to cart' }).click();
    await expect(page.locator('.said')).toContainText(said);
    await page.keyboard.press('Escape');
  }
  await expect(page.locator('#cart-count')).toHaveText('3');
});

test('buying now leads to the checkout with the product in the cart', async ({ page }) => {
  await page.goto(`/products/${MUG}`);
  await page.getByRole('button', { name: 'Buy now' }).click();
  await expect(page).toHaveURL('/checkout');
  await expect(page.locator('#cart-count')).toHaveText('1');
});

test('a product leads back to its category, and on to those like it', async ({ page }) => {
  await page.goto(`/products/${MUG}`);
  await checkAccessibility(page);
  await checkNoOverflow(page);
  const related = page.getByRole('region', { name: 'You may also like' });
  await expect(related.getByRole('link').first()).toBeVisible();
  const way = page.getByRole('navigation', { name: 'Where it stands' });
  await way.getByRole('link', { name: 'Mugs' }).click();
  await expect(page).toHaveURL('/products?subCategory=Mugs');
  await expect(page.getByRole('heading', { level: 1, name: 'Mugs' })).toBeVisible();
});

test('what is sold out cannot be bought', async ({ page, shop }) => {
  await page.goto(`/products/${await lastOf(shop, 0)}`);
  await expect(page.locator('.product').getByText('Sold out')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add to cart' })).toHaveCount(0);
});

test('on a phone a bar buys while the form is out of sight', async ({ page }, { project }) => {
  test.skip(project.name !== 'phone', 'there is room for the form');
  // So short that the form goes out of sight, whatever stands below it.
  await page.setViewportSize({ width: 390, height: 480 });
  await page.goto(`/products/${MUG}`);
  const bar = page.locator('.buy-bar');
  await page.getByLabel('Quantity').scrollIntoViewIfNeeded();
  await expect(bar).toBeHidden();
  await page.getByRole('contentinfo').scrollIntoViewIfNeeded();
  await expect(bar).toBeVisible();
  await bar.getByRole('button', { name: 'Add to cart' }).click();
  await expect(page.locator('#cart-count')).toHaveText('1');
});

/** A product of which so many are left. */
async function lastOf(shop: Shop, pieces: number): Promise<string> {
  const { items } = await shop.api.ask<{ items: { productId: string }[] }>(
    'GET /api/products?search=jacket&sort=name&limit=5',
  );
  const { productId } = items[pieces === 0 ? 0 : 1]!;
  await shop.api.setStock(productId, pieces);
  await expect
    .poll(
      async () =>
        (await shop.api.ask<{ stockQty: number }>(`GET /api/products/${productId}`)).stockQty,
    )
    .toBe(pieces);
  return productId;
}
