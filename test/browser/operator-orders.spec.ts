/** One order, whole, for the operator; and lists of orders and payments. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { Waterfall } from '../../modules/orders/api.ts';
import type { OrderBody } from '../shop.ts';
import { eventually } from '../support.ts';
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import { enter } from './operator.ts';
import type { Shop } from './shop.ts';

/** A pause between attempts that is long enough to mend what is broken within it, in ms. */
const PAUSE_MS = 4000;

async function productOf({ api }: Shop): Promise<string> {
  const { items } = await api.ask<{ items: { productId: string }[] }>(
    'GET /api/products?limit=1&sort=price',
  );
  return items[0]!.productId;
}

/** Places an order, which is not waited for. */
async function place(shop: Shop): Promise<OrderBody> {
  const { token } = await shop.api.startSession();
  const body = { items: [{ productId: await productOf(shop), quantity: 1 }] };
  return shop.api.ask<OrderBody>('POST /api/orders', { token, body });
}

/** An order that is paid. */
async function buy(shop: Shop): Promise<OrderBody> {
  const { token } = await shop.api.startSession();
  return shop.api.placeOrder(token, { [await productOf(shop)]: 1 });
}

const group = (page: Page, name: string) =>
  page
    .locator('.events > li')
    .filter({ hasText: 'order.accepted' })
    .locator('.groups > li')
    .filter({ hasText: name });

test('an order that failed twice shows both attempts in its waterfall, with waiting and handling apart', async ({
  page,
  startOwnShop,
}) => {
  const shop = await startOwnShop({
    BUS_RETRY_MIN_MS: String(PAUSE_MS),
    BUS_RETRY_MAX_MS: String(PAUSE_MS),
  });
  const { api, adminToken: token } = shop;
  const accept = await api.refuseWrites('payments', 'payments');
  const { orderId } = await place(shop);
  await page.goto(`${shop.url}/operator#orders/${orderId}`);
  await page.getByLabel('ADMIN_TOKEN').fill(token);
  await page.getByRole('button', { name: 'Enter' }).click();
  await expect(page.getByText('Waiting for payment')).toBeVisible();
  await expect(page.getByText('It waits for: payment.')).toBeVisible();

  await eventually('it has failed twice', async () => {
    const { items } = await api.ask<Waterfall>(`GET /api/admin/orders/${orderId}/waterfall`, {
      token,
    });
    const groups = items.flatMap((event) => event.groups);
    return groups.some((one) => one.group === 'payments' && one.attempts.length === 2);
  });
  await accept();

  // All by itself, while it is looked at.
  const payments = group(page, 'payments');
  const attempts = payments.getByRole('list', { name: 'Attempts of payments' }).locator('li');
  await expect(attempts).toHaveCount(3, { timeout: 30_000 });
  for (const i of [0, 1]) {
    await expect(attempts.nth(i)).toContainText(`Attempt ${i + 1}`);
    await expect(attempts.nth(i)).toContainText(/waited [\d.]+ m?s, at work [\d.]+ m?s, failed/);
    await expect(attempts.nth(i)).toContainText('Document failed validation');
  }
  await expect(attempts.nth(2)).toContainText(/waited [\d.]+ m?s, at work [\d.]+ m?s, handled/);
  await expect(payments.locator('.bar-failed')).toHaveCount(2);
  await expect(payments.locator('.bar-handled')).toHaveCount(1);
  expect(await payments.locator('.bar-waiting').count()).toBeGreaterThanOrEqual(2);
  await expect(page.locator('.order-head').getByText('Paid', { exact: true })).toBeVisible();

  const details = page.locator('.events > li').first().locator('details');
  await details.getByText('Payload').focus();
  await page.keyboard.press('Enter');
  await expect(details.locator('pre')).toContainText(`"orderId": "${orderId}"`);
  await checkAccessibility(page);
  await checkNoOverflow(page);
  // Before its shop ends, which it would say.
  await page.close();
});

test('a redraw of an open order takes neither focus nor what is typed', async ({
  page,
  startOwnShop,
}) => {
  const shop = await startOwnShop();
  await shop.api.refuseWrites('payments', 'payments');
  const { orderId } = await place(shop);
  await page.goto(`${shop.url}/operator#orders/${orderId}`);
  await page.getByLabel('ADMIN_TOKEN').fill(shop.adminToken);
  await page.getByRole('button', { name: 'Enter' }).click();
  const reason = page.getByLabel('Reason', { exact: true });
  await reason.fill('the cat ordered it');
  const summary = page.locator('.events summary').first();
  await summary.click();
  for (let i = 0; i < 2; i += 1) await page.waitForResponse(`**/orders/${orderId}/waterfall`);
  await page.evaluate(() => new Promise(requestAnimationFrame));
  await expect(summary).toBeFocused();
  await expect(reason).toHaveValue('the cat ordered it');
  await expect(page.locator('.events details').first()).toHaveAttribute('open', '');

  await page.getByRole('button', { name: 'Cancel the order' }).click();
  const question = page.getByRole('dialog');
  await expect(question).toContainText('Nothing was paid');
  await question.getByRole('button', { name: 'Cancel the order' }).click();
  await expect(page.getByText('It is cancelled.')).toBeVisible();
  await expect(page.getByText('The reason: the cat ordered it')).toBeVisible();
  await page.close();
});

test('some of a payment is given back from the page of its order', async ({ page, shop }) => {
  const { orderId } = await buy(shop);
  await enter(page, shop, `#orders/${orderId}`);
  await page.getByLabel('Amount', { exact: true }).fill('1');
  await page.getByLabel('Reason of the refund').fill('a dent');
  await page.getByRole('button', { name: 'Give back' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Give back' }).click();
  await expect(page.getByText(/₹1 were given back\./)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Refunds' })).toContainText('a dent');
  await page.getByRole('link', { name: 'The payment by itself' }).click();
  await expect(page.getByRole('link', { name: 'Its order' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Refunds' })).toContainText('a dent');
  await checkAccessibility(page);
  await checkNoOverflow(page);
});

for (const section of ['orders', 'payments'] as const)
  test(`${section} are filtered by their address, and saved as CSV`, async ({ page, shop }) => {
    const { orderId, userId } = await buy(shop);
    await enter(page, shop, `#${section}/?userId=${userId}`);
    const table = page.getByRole('region', { name: /the newest first/ });
    await expect(table.getByRole('link').first()).toBeVisible();
    await expect(table.locator('tbody tr')).toHaveCount(1);
    await expect(page.getByLabel('Customer (user id)')).toHaveValue(userId);
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as CSV' }).click();
    const download = await saving;
    expect(download.suggestedFilename()).toBe(`${section}.csv`);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(orderId);

    const status = section === 'orders' ? 'Cancelled' : 'failed';
    await page.getByLabel('Status').selectOption({ label: status });
    await page.getByRole('button', { name: 'Filter' }).click();
    await expect(page).toHaveURL(/status=/);
    await expect(page.getByText(/No (order|payment) fits\./)).toBeVisible();
    await page.getByLabel('Status').selectOption({ label: 'All' });
    await page.getByLabel('To', { exact: true }).fill('2020-01-01');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/to=2020-01-01/);
    await expect(page.getByText(/No (order|payment) fits\./)).toBeVisible();
    await page.goBack();
    await page.goBack();
    await expect(table.locator('tbody tr')).toHaveCount(1);
    await checkAccessibility(page);
    await checkNoOverflow(page);
  });
