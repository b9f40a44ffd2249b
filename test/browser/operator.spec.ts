/** The operator's pages: the door, each tab, and what a redraw leaves alone. */
import type { Page } from '@playwright/test';
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import type { Shop } from './shop.ts';

const TABS = ['Streams', 'Dead letters', 'Products', 'Payments', 'Orders', 'Statistics', 'Rebuild'];

async function enter(page: Page, { adminToken }: Shop, hash = ''): Promise<void> {
  await page.goto(`/operator${hash}`);
  await page.getByLabel('ADMIN_TOKEN').fill(adminToken);
  await page.getByRole('button', { name: 'Enter' }).click();
  await expect(page.getByRole('navigation', { name: "Operator's pages" })).toBeVisible();
}

test('every tab of the operator is readable by all, and fits a phone', async ({ page, shop }) => {
  await enter(page, shop);
  const tabs = page.getByRole('navigation', { name: "Operator's pages" });
  for (const tab of TABS) {
    await tabs.getByRole('link', { name: tab, exact: true }).click();
    await expect(page.getByRole('heading', { level: 2, name: tab })).toBeVisible();
    await expect(page.getByText('One moment…')).toHaveCount(0);
    await checkAccessibility(page);
    await checkNoOverflow(page);
  }
});

test('a wrong token opens nothing, and says so', async ({ page, expectProblem }) => {
  expectProblem(/^401 GET .*\/api\/admin\/streams/);
  await page.goto('/operator');
  await page.getByLabel('ADMIN_TOKEN').fill('not the token of this shop');
  await page.getByRole('button', { name: 'Enter' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('ADMIN_TOKEN')).toHaveValue('not the token of this shop');
});

test('the token is kept in its tab, and nowhere else', async ({ page, context, shop }) => {
  await enter(page, shop);
  await page.reload();
  await expect(page.getByRole('heading', { level: 2, name: 'Streams' })).toBeVisible();
  const other = await context.newPage();
  await other.goto('/operator');
  await expect(other.getByLabel('ADMIN_TOKEN')).toBeVisible();
  await page.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByLabel('ADMIN_TOKEN')).toBeVisible();
});

test('a redraw takes neither focus nor selection', async ({ page, shop }) => {
  await enter(page, shop);
  const group = page.locator('td strong').first();
  const selected = await group.evaluate((element) => {
    getSelection()?.selectAllChildren(element);
    element.closest<HTMLElement>('.table')?.focus();
    return element.textContent;
  });
  // The table is redrawn by each answer.
  for (let i = 0; i < 2; i++) await page.waitForResponse('**/api/admin/streams');
  await page.evaluate(() => new Promise(requestAnimationFrame));
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(selected);
  expect(await page.evaluate(() => document.activeElement?.className)).toBe('table');
});

test('stock that came is there at once, and a form keeps what is typed meanwhile', async ({
  page,
  shop,
}) => {
  const { items } = await shop.api.ask<{ items: { productId: string; stockQty: number }[] }>(
    'GET /api/products?limit=1&sort=name',
  );
  const { productId, stockQty } = items[0]!;
  await enter(page, shop, `#products/${productId}`);
  await page.getByLabel('Pieces that came (or −)').fill('3');
  await page.getByRole('button', { name: 'Change the stock' }).click();
  await expect(page.getByText(`${stockQty + 3} are in stock now.`)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Change the stock' })).toBeFocused();
  await expect(page.getByLabel('Pieces that came (or −)')).toHaveValue('3');
});
