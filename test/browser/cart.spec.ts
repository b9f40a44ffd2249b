/** The cart, at the side of a page and on its own. */
import { someProducts, openWithCart, setCart } from './buying.ts';
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';

test('the cart opens at the side, by the keyboard too, and gives the focus back', async ({
  page,
  shop,
}) => {
  const [first] = await someProducts(shop, 1);
  await openWithCart(page, '/account', [{ ...first!, quantity: 2 }]);
  const link = page.getByRole('link', { name: /^Cart/ });
  await link.focus();
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog', { name: 'Your cart' });
  await expect(drawer.getByRole('link', { name: first!.name })).toBeVisible();
  await checkAccessibility(page);
  await checkNoOverflow(page);
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
  await expect(link).toBeFocused();
});

test('Tab after a quantity goes on to the next control, and the quantity counts at once', async ({
  page,
  shop,
}) => {
  const [first, second] = await someProducts(shop, 2);
  await openWithCart(page, '/cart', [
    { ...first!, quantity: 2 },
    { ...second!, quantity: 1 },
  ]);
  const quantity = page.getByRole('spinbutton', { name: first!.name });
  await quantity.click();
  await quantity.fill('');
  await page.keyboard.type('12');
  await expect(quantity).toBeFocused();
  await expect(page.locator('#cart-count')).toHaveText('13');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: `One more of ${first!.name}` })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(quantity).toHaveValue('13');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: `Remove ${first!.name}` })).toBeFocused();
});

test('what was taken out can be put back where it was', async ({ page, shop }) => {
  const sold = await someProducts(shop, 3);
  await openWithCart(
    page,
    '/cart',
    sold.map((product) => ({ ...product, quantity: 2 })),
  );
  await page.getByRole('button', { name: `Remove ${sold[1]!.name}` }).click();
  await expect(page.getByRole('spinbutton')).toHaveCount(2);
  const undo = page.getByRole('button', { name: 'Undo' });
  await expect(undo).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('spinbutton')).toHaveCount(3);
  const names = await page.locator('.line-text a').allTextContents();
  expect(names).toEqual(sold.map(({ name }) => name));
  await expect(page.getByRole('button', { name: `Remove ${sold[1]!.name}` })).toBeFocused();
});

test('where the stock ends, one click takes what is left', async ({ page, shop }) => {
  const [first] = await someProducts(shop, 1);
  await openWithCart(page, '/cart', [{ ...first!, quantity: 999 }]);
  await expect(page.getByText(`Only ${first!.stockQty} left`)).toBeVisible();
  await page.getByRole('button', { name: `Set to ${first!.stockQty}` }).click();
  await expect(page.getByRole('spinbutton')).toHaveValue(String(first!.stockQty));
  await expect(page.getByText(`Only ${first!.stockQty} left`)).toBeHidden();
});

test('two tabs show the same cart', async ({ page, shop, context }) => {
  const sold = await someProducts(shop, 2);
  await openWithCart(page, '/cart', [{ ...sold[0]!, quantity: 1 }]);
  const other = await context.newPage();
  await other.goto('/cart');
  await other.getByRole('spinbutton').fill('4');
  await expect(page.getByRole('spinbutton')).toHaveValue('4');
  await setCart(other, [{ ...sold[1]!, quantity: 3 }]);
  await expect(page.getByRole('link', { name: sold[1]!.name })).toBeVisible();
  await expect(page.getByRole('link', { name: sold[0]!.name, exact: true })).toBeHidden();
});

test('the cart has a long name, for all, and on the narrowest screen', async ({ page, shop }) => {
  await openWithCart(page, '/cart', [{ productId: shop.longNamed!, quantity: 2 }]);
  await expect(page.getByRole('spinbutton')).toBeVisible();
  await expect(page.locator('.line-price')).not.toBeEmpty();
  await checkAccessibility(page);
  await checkNoOverflow(page);
});
