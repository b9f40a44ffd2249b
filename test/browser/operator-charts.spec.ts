/** The operator's charts of the last hour and of the shop, and the files of their figures. */
import { readFile } from 'node:fs/promises';
import type { Download, Page } from '@playwright/test';
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import { enter } from './operator.ts';
import type { Shop } from './shop.ts';

/** Chromium knows it by an older name. */
const ZONE = 'Asia/Kathmandu';
const SHOWN = 'Asia/Katmandu';
test.use({ timezoneId: ZONE });
// A step of ten seconds has to end before it is shown.
test.slow();

/** Orders of a product of the sample that are paid, or end otherwise. */
async function placeOrders({ api }: Shop, number: number): Promise<void> {
  const { items } = await api.ask<{ items: { productId: string }[] }>(
    'GET /api/products?limit=1&sort=price',
  );
  const { token } = await api.startSession();
  for (let i = 0; i < number; i += 1) await api.placeOrder(token, { [items[0]!.productId]: 1 });
}

const chartOf = (page: Page, title: string) =>
  page.getByRole('figure').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

async function linesOf(download: Download): Promise<string[]> {
  const text = await readFile(await download.path(), 'utf8');
  return text.trimEnd().split('\r\n');
}

/** Presses a button that saves a file. */
async function save(page: Page, name: string): Promise<Download> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name }).click(),
  ]);
  return download;
}

test('orders are seen in the charts of the last hour, by stream and group, in figures too', async ({
  page,
  shop,
}) => {
  await placeOrders(shop, 3);
  await enter(page, shop, '#charts');
  const handled = chartOf(page, 'Entries handled');
  await expect(handled.locator('canvas')).toBeVisible();
  await page.getByLabel('Stream').selectOption('ORDERS_STREAM');
  await page.getByLabel('Group').selectOption('payments');
  await expect(page).toHaveURL(/#charts\/ORDERS_STREAM\/payments$/);
  await handled.getByText('Figures').click();
  await expect(handled.getByRole('cell', { name: /^[\d.]*[1-9]\d*\/s$/ }).first()).toBeVisible();
  // Where there is no room for a table its headings stand elsewhere.
  await expect(handled.locator('th', { hasText: `Time (${SHOWN})` })).toHaveCount(1);
  await expect(chartOf(page, 'Handlers, p95').getByRole('listitem')).toContainText(/payments.*s$/);
  await checkAccessibility(page);
  await checkNoOverflow(page);
});

test('a refresh takes neither the focus, nor a line that is hidden, nor what is zoomed into', async ({
  page,
  shop,
}) => {
  await placeOrders(shop, 1);
  await enter(page, shop, '#charts');
  const handled = chartOf(page, 'Entries handled');
  const line = handled.getByRole('button', { name: /^payments of ORDERS/ });
  await line.click();
  await expect(line).toHaveAttribute('aria-pressed', 'false');
  const over = handled.locator('.u-over');
  await over.scrollIntoViewIfNeeded();
  const box = (await over.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.3, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, box.y + 40, { steps: 5 });
  await page.mouse.up();
  const all = handled.getByRole('button', { name: 'Show all of it' });
  await expect(all).toBeVisible();
  await line.focus();
  await page.waitForResponse('**/api/admin/metrics');
  await page.evaluate(() => new Promise(requestAnimationFrame));
  await expect(line).toBeFocused();
  await expect(line).toHaveAttribute('aria-pressed', 'false');
  await all.click();
  await expect(all).toHaveCount(0);
});

test('the last hour is saved as CSV, with times of who looks', async ({ page, shop }) => {
  await placeOrders(shop, 1);
  await enter(page, shop, '#charts');
  const download = await save(page, 'Save as CSV');
  expect(download.suggestedFilename()).toMatch(/^metrics-[\d-]+\.csv$/);
  const [header, ...lines] = await linesOf(download);
  expect(header).toMatch(/^\uFEFFTime \(Asia\/Kath?mandu\),Stream,Group,Added\/s,/);
  // A quarter of an hour away from any other zone: steps begin at :00, :10 … of a minute everywhere.
  const now = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short' }).format();
  expect(lines.at(-1)).toContain(now);
  expect(lines.some((line) => line.includes(',ORDERS_STREAM,payments,'))).toBe(true);
});

test('the statistics are of the days of who looks, with a funnel, and are saved as CSV', async ({
  page,
  shop,
}) => {
  await placeOrders(shop, 2);
  await enter(page, shop, '#statistics');
  await expect(page.getByText(`in the time zone ${SHOWN}`)).toBeVisible();
  // The history follows by a quarter of a second, and the statistics are kept for five.
  await expect(async () => {
    await page.reload();
    await expect(chartOf(page, 'Revenue by day').locator('canvas')).toBeVisible();
    await expect(page.getByRole('region', { name: 'Products that sold best' })).not.toContainText(
      'Nothing was sold',
      { timeout: 1000 },
    );
  }).toPass();
  const funnel = page.getByRole('region', { name: 'From placed to paid' });
  await expect(funnel.getByRole('listitem').first()).toContainText(/Placed\s*[1-9]/);
  await expect(funnel).toContainText('payment failed');
  const revenue = chartOf(page, 'Revenue by day');
  await revenue.getByText('Figures').click();
  await expect(revenue.getByRole('row')).toHaveCount(31);

  const [header, ...lines] = await linesOf(await save(page, 'Save the days as CSV'));
  expect(header).toMatch(/^\uFEFFDay \(Asia\/Kath?mandu\),Orders,Accepted,Paid,/);
  expect(lines).toHaveLength(30);
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format();
  expect(lines.at(-1)).toMatch(new RegExp(`^${today},[1-9]`));
  const products = await linesOf(await save(page, 'The products'));
  expect(products[0]).toMatch(/^\uFEFFProduct,Name,Pieces,Amount/);
  expect(products.length).toBeGreaterThan(1);
  await checkAccessibility(page);
  await checkNoOverflow(page);
});

test('a chart takes the colours of the page when these change', async ({ page, shop }) => {
  await enter(page, shop, '#charts');
  const canvas = chartOf(page, 'Entries added').locator('canvas');
  await expect(canvas).toBeVisible();
  const picture = () => canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await picture();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(picture).not.toBe(light);
});
