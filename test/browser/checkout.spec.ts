/** The checkout: one page from the cart to the order, which is placed once. */
import {
  ADDRESS,
  boughtOrder,
  countOrders,
  openWithCart,
  someProducts,
  typeAddress,
} from './buying.ts';
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';

const PLACE = { name: 'Place the order' };

test("typing a quantity and then clicking 'Place the order' orders that quantity", async ({
  page,
  shop,
}) => {
  const [first] = await someProducts(shop, 1);
  await openWithCart(page, '/checkout', [{ ...first!, quantity: 1 }]);
  await typeAddress(page);
  await page.getByRole('spinbutton').fill('3');
  await page.getByRole('button', PLACE).click();
  const { items } = await boughtOrder(page);
  expect(items).toMatchObject([{ productId: first!.productId, quantity: 3 }]);
  expect(await page.evaluate(() => localStorage.getItem('millrace.cart'))).toBe('[]');
});

test('an order is bought by the keyboard alone, with address and delivery method', async ({
  page,
  shop,
}) => {
  const [first] = await someProducts(shop, 1, 1);
  await openWithCart(page, '/checkout', [{ ...first!, quantity: 1 }]);
  await page.getByLabel('Email').focus();
  const fields = Object.values(ADDRESS);
  // Email, phone; name, street; apartment; postal code, city; region; country.
  for (const text of [fields[0], '', fields[1], fields[2], '', fields[3], fields[4], '']) {
    await page.keyboard.type(text!);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.type('Germany');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: /Express/ })).toBeChecked();
  const button = page.getByRole('button', PLACE);
  for (let i = 0; i < 12 && !(await isFocused(button)); i += 1) await page.keyboard.press('Tab');
  await expect(button).toBeFocused();
  await page.keyboard.press('Enter');
  const { contact, delivery } = await boughtOrder(page);
  expect(contact).toEqual({ email: ADDRESS.Email });
  expect(delivery).toMatchObject({
    method: 'express',
    address: { name: ADDRESS.Name, city: 'Berlin', postalCode: '10115', country: 'DE' },
  });
});

test("the price of delivery is the server's", async ({ page, shop }) => {
  const [first] = await someProducts(shop, 1, 2);
  const { items: methods } = await shop.api.ask<{ items: { name: string; price: number }[] }>(
    'GET /api/delivery-methods',
  );
  const express = methods.find(({ name }) => name === 'Express')!;
  await openWithCart(page, '/checkout', [{ ...first!, quantity: 1 }]);
  await typeAddress(page);
  await page.getByRole('radio', { name: /Express/ }).check();
  const total = page.locator('.amounts .total dd');
  const shown = Number((await total.textContent())!.replaceAll(/[^\d.]/g, ''));
  expect(shown).toBe(first!.price + express.price);
  await page.getByRole('button', PLACE).click();
  const { delivery, itemsAmount, orderAmount } = await boughtOrder(page);
  expect(delivery).toMatchObject({ method: 'express', price: express.price });
  expect([itemsAmount, orderAmount]).toEqual([first!.price, shown]);
});

test('what was typed survives a reload, and what is wrong is said beside its field', async ({
  page,
  shop,
}) => {
  const [first] = await someProducts(shop, 1);
  await openWithCart(page, '/checkout', [{ ...first!, quantity: 1 }]);
  await typeAddress(page);
  await page.getByRole('radio', { name: /Express/ }).check();
  await page.reload();
  for (const [label, text] of Object.entries(ADDRESS))
    await expect(page.getByLabel(label, { exact: true })).toHaveValue(text);
  await expect(page.getByLabel('Country')).toHaveValue('DE');
  await expect(page.getByRole('radio', { name: /Express/ })).toBeChecked();

  await page.getByLabel('Email').fill('ada');
  await page.getByLabel('City').fill(' ');
  await page.getByRole('button', PLACE).click();
  const email = page.getByLabel('Email');
  await expect(email).toBeFocused();
  await expect(email).toHaveAccessibleDescription(/such as name@example.com/);
  await expect(page.getByText('Please fill this in.')).toBeVisible();
  await checkAccessibility(page);
  await checkNoOverflow(page);
  await email.fill('ada@example.com');
  await expect(email).not.toHaveAttribute('aria-invalid');
});

test("offline says 'not sent yet' and sends when back, under the same key", async ({
  page,
  shop,
  context,
}) => {
  const [first] = await someProducts(shop, 1, 3);
  await openWithCart(page, '/checkout', [{ ...first!, quantity: 2 }]);
  await typeAddress(page);
  await expect(page.locator('.line-price')).not.toBeEmpty();
  const keys: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/orders'))
      keys.push(request.headers()['idempotency-key']);
  });
  await context.setOffline(true);
  await page.getByRole('button', PLACE).click();
  await expect(page.getByText('Not sent yet: you are offline.')).toBeVisible();
  const { key } = JSON.parse(
    (await page.evaluate(() => localStorage.getItem('millrace.attempt'))) ?? '{}',
  ) as { key?: string };
  expect(keys).toEqual([]);
  await context.setOffline(false);
  const { items } = await boughtOrder(page);
  expect(items).toMatchObject([{ quantity: 2 }]);
  expect(keys).toEqual([key]);
});

test('an order whose answer was lost is finished at the next load, and ordered once', async ({
  page,
  shop,
  expectProblem,
}) => {
  const [first] = await someProducts(shop, 1, 4);
  await openWithCart(page, '/checkout', [{ ...first!, quantity: 1 }]);
  await typeAddress(page);
  expectProblem(/^net::ERR_\w+ POST .*\/api\/orders$/);
  // The shop has the order; its answer is lost on the way.
  await page.route(
    '**/api/orders',
    async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    },
    { times: 1 },
  );
  await page.getByRole('button', PLACE).click();
  await expect(page.getByText('Trying again does not order twice.')).toBeVisible();
  await page.reload();
  await boughtOrder(page);
  await expect.poll(() => countOrders(page)).toBe(1);
});

test('a double click orders once, and so does a second tab', async ({ page, shop, context }) => {
  const [first] = await someProducts(shop, 1, 5);
  await openWithCart(page, '/checkout', [{ ...first!, quantity: 1 }]);
  await typeAddress(page);
  const other = await context.newPage();
  await other.goto('/checkout');
  await typeAddress(other);
  await page.getByRole('button', PLACE).dblclick();
  await boughtOrder(page);
  await expect(other.getByText('Your cart is empty.')).toBeVisible();
  await expect.poll(() => countOrders(page)).toBe(1);
});

test('sold out in between names it, keeps the rest, goes on in one click', async ({
  page,
  startOwnShop,
}) => {
  const own = await startOwnShop();
  const [rare, common] = await someProducts(own, 2);
  await page.goto(`${own.url}/cart`);
  await page.evaluate(
    (lines) => localStorage.setItem('millrace.cart', JSON.stringify(lines)),
    [rare, common].map((product) => ({ productId: product!.productId, quantity: 2 })),
  );
  await page.goto(`${own.url}/checkout`);
  await typeAddress(page);
  await expect(page.locator('.line-price').first()).not.toBeEmpty();
  await own.api.setStock(rare!.productId, 1);
  await page.getByRole('button', PLACE).click();
  await expect(page.getByText('Somebody was faster.')).toBeVisible();
  const shortage = page.locator('.checkout-said li');
  await expect(shortage).toHaveText(`${rare!.name}: Only 1 left`);
  await expect(page.getByLabel('City')).toHaveValue(ADDRESS.City);
  await checkAccessibility(page);
  await page.getByRole('button', { name: 'Order the rest' }).click();
  const { items } = await boughtOrder(page);
  expect(items.map(({ productId, quantity }) => ({ productId, quantity }))).toEqual([
    { productId: rare!.productId, quantity: 1 },
    { productId: common!.productId, quantity: 2 },
  ]);
  // The order's page listens to the shop, which ends now.
  await page.goto('about:blank');
});

function isFocused(locator: { evaluate<T>(ask: (element: Element) => T): Promise<T> }) {
  return locator.evaluate((element) => element === document.activeElement);
}
