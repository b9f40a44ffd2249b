/** Health as the operator sees it: a module that is away is red everywhere within five seconds, and green again. */
import type { Page } from '@playwright/test';
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import { enter, headingOf, openMenu } from './operator.ts';
import { allBut, type OwnShop } from './shop.ts';

/** The deadline that operators are promised, in ms. */
const WITHIN_MS = 5000;
const BACK_MS = 60_000;

interface Readiness {
  status: string;
  troubles: string[];
}

const nodeOf = (page: Page, module: string) =>
  page.getByRole('region', { name: 'Map of modules' }).locator(`a[href="#map/${module}"]`);
const itemOf = (page: Page, module: string) =>
  page
    .getByRole('list', { name: 'Modules' })
    .getByRole('listitem')
    .filter({
      has: page.locator(`a[href="#map/${module}"]`),
    });
const badgeOf = (page: Page) => page.locator('.sections a[href="#map"] .mark');

async function readinessOf({ url }: OwnShop): Promise<Readiness> {
  return (await (await fetch(`${url}/readyz`)).json()) as Readiness;
}

/** Everybody says that payments has stopped, in time. */
async function isRed(page: Page, shop: OwnShop): Promise<void> {
  const deadline = { timeout: WITHIN_MS };
  await Promise.all([
    expect(nodeOf(page, 'payments')).toHaveAttribute('data-health', 'stopped', deadline),
    expect(itemOf(page, 'payments')).toContainText('Stopped', deadline),
    expect(badgeOf(page)).toHaveClass(/mark-bad/, deadline),
    expect.poll(async () => (await readinessOf(shop)).status, deadline).toBe('degraded'),
  ]);
  await expect(itemOf(page, 'payments')).toContainText('MODULES=payments npm start');
  expect((await readinessOf(shop)).troubles.join()).toMatch(/^payments has stopped\./);
}

async function isGreen(page: Page, shop: OwnShop): Promise<void> {
  const deadline = { timeout: BACK_MS };
  await expect(nodeOf(page, 'payments')).toHaveAttribute('data-health', 'ok', deadline);
  await expect(itemOf(page, 'payments')).toContainText('OK');
  await expect(badgeOf(page)).toHaveCount(0, deadline);
  expect(await readinessOf(shop)).toMatchObject({ status: 'ready', troubles: [] });
}

test('payments that is killed or stands still is red within five seconds everywhere, and green when it is back', async ({
  page,
  startOwnShop,
}) => {
  test.slow();
  const shop = await startOwnShop({ MODULES: allBut('payments') });
  const payments = await shop.startApart('payments');
  await enter(page, shop, '#map');
  await openMenu(page);
  await isGreen(page, shop);

  payments.signal('SIGKILL');
  await isRed(page, shop);
  await payments.start();
  await isGreen(page, shop);

  payments.signal('SIGSTOP');
  await isRed(page, shop);
  await expect(itemOf(page, 'payments')).toContainText('kill -CONT');
  payments.signal('SIGCONT');
  await isGreen(page, shop);
});

test('the map and its list are worked by keyboard, and lead to modules, streams and groups', async ({
  page,
  shop,
}) => {
  await enter(page, shop, '#map');
  await nodeOf(page, 'orders').focus();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('heading', { level: 3, name: 'orders' });
  await expect(panel).toBeFocused();
  await expect(page.getByRole('region', { name: 'Processes' })).toContainText(shop.url);
  await checkAccessibility(page);
  await checkNoOverflow(page);
  const drawing = page.getByRole('region', { name: 'Map of modules' });
  await drawing.locator('a[href="#streams/ORDERS_STREAM/payments"]').focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#streams\/ORDERS_STREAM\/payments$/);
  await expect(headingOf(page)).toHaveText('Streams');
});

test('a snapshot redraws the map and takes neither focus nor selection', async ({ page, shop }) => {
  await enter(page, shop, '#map');
  const item = itemOf(page, 'orders');
  await item.locator('a').focus();
  const selected = await item.evaluate((element) => {
    getSelection()?.selectAllChildren(element.querySelector('.fine')!);
    return getSelection()?.toString();
  });
  const orders = page.locator('a[href="#streams/ORDERS_STREAM"]').first();
  const before = await orders.textContent();
  const { token } = await shop.api.startSession();
  const { items } = await shop.api.ask<{ items: { productId: string }[] }>(
    'GET /api/products?limit=1',
  );
  await shop.api.placeOrder(token, { [items[0]!.productId]: 1 });
  await expect(orders).not.toHaveText(before ?? '');
  await expect(item.locator('a')).toBeFocused();
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(selected);
});

test('on a phone the words come before the map', async ({ page, shop }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await enter(page, shop, '#map');
  const [list, drawing] = [
    await page.getByRole('list', { name: 'Modules' }).boundingBox(),
    await page.getByRole('region', { name: 'Map of modules' }).boundingBox(),
  ];
  expect(list!.y + list!.height).toBeLessThanOrEqual(drawing!.y);
  await checkNoOverflow(page);
});
