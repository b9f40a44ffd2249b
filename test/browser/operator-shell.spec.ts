/** The operator's shell: its sidebar, its search by keyboard, and what a screen reader is told of them. */
import type { Page } from '@playwright/test';
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import { enter, headingOf, linksOf, openMenu } from './operator.ts';
import type { Shop } from './shop.ts';

const EMAIL = 'ann.of.the.shell@example.com';

const palette = (page: Page) => page.getByRole('dialog', { name: 'Search' });
const optionsOf = (page: Page) => palette(page).getByRole('option');

/** Makes a customer who has an order with an address, and gives what leads to them. */
async function arrange({ api }: Shop) {
  const email = `${Date.now()}-${EMAIL}`;
  const { token, userId } = await api.ask<{ token: string; userId: string }>('POST /api/accounts', {
    body: { email, password: 'a mill by the stream', name: 'Ann' },
  });
  const { items } = await api.ask<{ items: { productId: string; name: string }[] }>(
    'GET /api/products?limit=3&sort=name',
  );
  const product = items[2]!;
  const { orderId } = await api.placeOrder(token, { [product.productId]: 1 });
  const { orderNumber, paymentId } = await api.ask<{ orderNumber: string; paymentId: string }>(
    `GET /api/orders/${orderId}`,
    { token },
  );
  return { email, userId, product, orderId, orderNumber, paymentId };
}

/** Opens the search by a chord, types, and goes to the first result that is chosen. */
async function goBy(page: Page, words: string, option: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(words);
  const chosen = optionsOf(page).filter({ hasText: option }).first();
  await expect(chosen).toBeVisible();
  await expect(palette(page).getByText('Searching…')).toHaveCount(0);
  while ((await chosen.getAttribute('aria-selected')) !== 'true')
    await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(palette(page)).toHaveCount(0);
}

test('the sidebar is gone through by keyboard alone, and the heading has the focus then', async ({
  page,
  shop,
}) => {
  await enter(page, shop);
  await openMenu(page);
  const links = linksOf(page);
  await links.first().focus();
  await page.keyboard.press('Tab');
  await expect(links.nth(1)).toBeFocused();
  const [href, title] = await links
    .nth(1)
    .evaluate((link) => [
      link.getAttribute('href')!,
      link.querySelector('.section-title')!.textContent,
    ]);
  await page.keyboard.press('Enter');
  await expect(headingOf(page)).toBeFocused();
  await expect(headingOf(page)).toHaveText(title);
  await expect(page).toHaveTitle(`${title} · Operator · Millrace`);
  await expect(page.locator('.sections [aria-current="page"]')).toHaveAttribute('href', href);
});

test('the link that skips leads to the heading, and leaves the section', async ({ page, shop }) => {
  await enter(page, shop, '#payments');
  await page.locator('body').focus();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(headingOf(page)).toBeFocused();
  await expect(headingOf(page)).toHaveText('Payments');
});

test('on a phone the menu is behind a button, which Escape closes', async ({ page, shop }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await enter(page, shop);
  const button = page.getByRole('button', { name: 'Menu' });
  await expect(button).toHaveAttribute('aria-expanded', 'false');
  await expect(linksOf(page).first()).toBeHidden();
  await button.press('Enter');
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  await expect(linksOf(page).first()).toBeVisible();
  await checkAccessibility(page);
  await checkNoOverflow(page);
  await linksOf(page).first().focus();
  await page.keyboard.press('Escape');
  await expect(linksOf(page).first()).toBeHidden();
  await expect(button).toBeFocused();
});

test('the search finds by keyboard an order, a payment, a customer and a section', async ({
  page,
  shop,
}) => {
  const { email, userId, orderId, orderNumber, paymentId } = await arrange(shop);
  await enter(page, shop);
  const goals = [
    [orderNumber.toLowerCase().replace('-', ''), orderNumber, `#orders/${orderId}`],
    [orderId, orderNumber, `#orders/${orderId}`],
    [paymentId, paymentId, `#payments/${paymentId}`],
    [email.slice(0, 20), email, `#customers/${userId}`],
    ['dead', 'Dead letters', '#dead-letters'],
  ] as const;
  for (const [words, option, hash] of goals) {
    await goBy(page, words, option);
    await expect(page).toHaveURL(new RegExp(`${hash}$`));
    await expect(headingOf(page)).toBeFocused();
  }
});

test('the search finds a product by name and by number', async ({ page, shop }) => {
  const { product } = await arrange(shop);
  await enter(page, shop);
  for (const words of [product.name, product.productId]) {
    await goBy(page, words, product.name);
    await expect(page).toHaveURL(new RegExp(`#products/${product.productId}$`));
  }
});

test('the search opens by a slash where nobody types, and gives the focus back', async ({
  page,
  shop,
}) => {
  await enter(page, shop, '#customers');
  const field = page.getByLabel('Email, or its beginning');
  await field.fill('a/b');
  await field.press('/');
  await expect(palette(page)).toHaveCount(0);
  await headingOf(page).focus();
  await page.keyboard.press('/');
  await expect(palette(page).getByRole('combobox')).toBeFocused();
  await page.keyboard.type('or');
  await expect(optionsOf(page).first()).toHaveAttribute('aria-selected', 'true');
  await checkAccessibility(page);
  await checkNoOverflow(page);
  await page.keyboard.press('Escape');
  await expect(palette(page)).toHaveCount(0);
  await expect(headingOf(page)).toBeFocused();
});

test('a source that does not answer is named, and the rest is shown', async ({
  page,
  shop,
  expectProblem,
}) => {
  const { email } = await arrange(shop);
  await enter(page, shop);
  expectProblem(/api\/admin\/orders\?/);
  await page.route('**/api/admin/orders?*', (route) => route.fulfill({ status: 503, body: '{}' }));
  await page.keyboard.press('Control+k');
  await page.keyboard.type(email);
  await expect(palette(page).getByText(/^Orders\b.*: no answer/)).toBeVisible();
  await expect(optionsOf(page).filter({ hasText: email })).toBeVisible();
});

test('typing on takes back what was asked before', async ({ page, shop }) => {
  const { email } = await arrange(shop);
  await enter(page, shop);
  const asked: string[] = [];
  await page.route('**/api/admin/customers?*', async (route) => {
    asked.push(new URL(route.request().url()).searchParams.get('email')!);
    // Only the last question is answered: an earlier answer would replace it otherwise.
    if (asked.at(-1) === email) await route.continue();
  });
  await page.keyboard.press('Control+k');
  const field = palette(page).getByRole('combobox');
  await field.fill(email.slice(0, 5));
  await expect.poll(() => asked.length).toBe(1);
  const taken = page.waitForEvent('requestfailed', (request) => request.url().includes('email='));
  await field.fill(email);
  await taken;
  await expect(optionsOf(page).filter({ hasText: email })).toBeVisible();
  expect(asked).toEqual([email.slice(0, 5), email]);
});

test('a customer is seen whole, exported, and erased when that is confirmed', async ({
  page,
  shop,
}) => {
  const { email, userId, orderNumber } = await arrange(shop);
  await enter(page, shop, `#customers/${userId}`);
  await expect(page.getByRole('heading', { level: 3, name: email })).toBeVisible();
  await expect(page.getByRole('link', { name: orderNumber })).toBeVisible();
  await checkAccessibility(page);
  await checkNoOverflow(page);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  expect((await download).suggestedFilename()).toBe(`customer-${userId}.json`);
  await page.getByRole('button', { name: 'Erase' }).click();
  await page.getByRole('button', { name: 'No, go back' }).click();
  await expect(page.getByRole('heading', { level: 3, name: email })).toBeVisible();
  await page.getByRole('button', { name: 'Erase' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
  await expect(page.getByText('Erased in every module.')).toBeVisible();
});
