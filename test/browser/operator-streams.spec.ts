/** The operator's streams: entries found, read and followed; groups paused, set back and removed. */
import type { Page } from '@playwright/test';
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import { enter } from './operator.ts';
import { eventually } from '../support.ts';
import type { Shop } from './shop.ts';

const STREAM = 'ORDERS_STREAM';
const GROUP = 'order-history';

const rowsOf = (page: Page) =>
  page.getByRole('region', { name: /^Entries, / }).locator('tbody tr[data-key]:not(.below)');

async function placeOrder({ api }: Shop): Promise<string> {
  const { items } = await api.ask<{ items: { productId: string }[] }>(
    'GET /api/products?limit=1&sort=price',
  );
  const { token } = await api.startSession();
  return (await api.placeOrder(token, { [items[0]!.productId]: 1 })).orderId;
}

interface GroupState {
  lag: number;
  pending: number;
  pausedAt: number | null;
}

const groupOf = ({ api, adminToken: token }: Shop, group = GROUP) =>
  api.ask<GroupState>(`GET /api/admin/streams/${STREAM}/groups/${group}/pending`, { token });

const caughtUp = (shop: Shop) =>
  eventually('the group has handled all', async () => {
    const { lag, pending } = await groupOf(shop);
    return lag === 0 && pending === 0;
  });

test('entries are found by key, type and time, and the address says which', async ({
  page,
  shop,
}) => {
  const orderId = await placeOrder(shop);
  await enter(page, shop, `#streams/${STREAM}`);
  await page.getByLabel('Key', { exact: true }).fill(orderId);
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`key%3D${orderId}`));
  await expect(rowsOf(page).first()).toContainText('order.paid');
  await expect(rowsOf(page).filter({ hasText: orderId })).toHaveCount(await rowsOf(page).count());
  await checkAccessibility(page);
  await checkNoOverflow(page);

  await page.getByLabel('Type').fill('order.accepted');
  await page.getByRole('button', { name: 'Show', exact: true }).press('Enter');
  await expect(rowsOf(page)).toHaveCount(1);
  await page.reload();
  await expect(rowsOf(page)).toHaveCount(1);
  await expect(page.getByLabel('Type')).toHaveValue('order.accepted');

  await page.getByLabel('From').fill('2099-01-01T00:00:00');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page.getByText('There are no such entries.')).toBeVisible();
  await page.getByRole('link', { name: 'Reset' }).click();
  await expect(rowsOf(page).first()).toBeVisible();
});

test('the payload of an entry is laid out, copied, and said to be acknowledged by whom', async ({
  page,
  shop,
  context,
}) => {
  const orderId = await placeOrder(shop);
  await caughtUp(shop);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const query = encodeURIComponent(`type=order.placed&key=${orderId}`);
  await enter(page, shop, `#streams/${STREAM}//${query}`);
  const open = rowsOf(page).first().getByRole('button');
  await open.press('Enter');
  await expect(open).toHaveAttribute('aria-expanded', 'true');
  const payload = page.locator('.payload pre');
  await expect(payload).toContainText(`"orderId": "${orderId}"`);
  await expect(payload).toContainText('"items": [');
  await expect(page.locator('.payload li', { hasText: GROUP })).toHaveText(
    `${GROUP}: acknowledged`,
  );
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByText('Copied.')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(orderId);
  await checkAccessibility(page);
  await checkNoOverflow(page);
});

test('the tail brings entries on top, and takes neither focus nor selection nor what is open', async ({
  page,
  shop,
}) => {
  const orderId = await placeOrder(shop);
  await enter(page, shop, `#streams/${STREAM}`);
  await page.getByRole('button', { name: 'Follow the tail' }).click();
  const row = rowsOf(page).filter({ hasText: orderId }).first();
  const button = row.getByRole('button');
  await button.click();
  const selected = await page.locator('.payload pre').evaluate((element) => {
    getSelection()?.selectAllChildren(element);
    return getSelection()?.toString();
  });
  const name = await row.getAttribute('data-key');
  const next = await placeOrder(shop);
  await expect(rowsOf(page).first()).toContainText(next);
  expect(await page.evaluate(() => document.activeElement?.closest('tr')?.dataset['key'])).toBe(
    name,
  );
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(selected);
  await expect(page.locator('.payload')).toBeVisible();

  await page.getByRole('button', { name: 'Pause the tail' }).click();
  const before = await rowsOf(page).first().getAttribute('data-key');
  const last = await placeOrder(shop);
  await page.getByRole('button', { name: 'Follow the tail' }).waitFor();
  expect(await rowsOf(page).first().getAttribute('data-key')).toBe(before);
  await page.getByRole('button', { name: 'Follow the tail' }).click();
  await expect(rowsOf(page).first()).toContainText(last);
});

test('a group is paused by the keyboard, and goes on when it is resumed', async ({
  page,
  shop,
}) => {
  await caughtUp(shop);
  await enter(page, shop, `#streams/${STREAM}/${GROUP}`);
  const pause = page.getByRole('button', { name: 'Pause the group' });
  await pause.press('Enter');
  await expect(page.getByRole('dialog')).toContainText(`Pause ${GROUP} on ${STREAM}?`);
  await page.keyboard.press('Escape');
  await expect(pause).toBeFocused();
  expect((await groupOf(shop)).pausedAt).toBe(null);

  await pause.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).press('Enter');
  await expect(page.getByText('It is paused')).toBeVisible();
  await placeOrder(shop);
  expect((await groupOf(shop)).lag).toBeGreaterThan(0);
  await expect(page.locator('.pill', { hasText: 'paused' }).first()).toBeVisible();
  await checkAccessibility(page);
  await checkNoOverflow(page);
  await page.getByRole('button', { name: 'Resume the group' }).press('Enter');
  await expect(page.getByText('It goes on where it was.')).toBeVisible();
  await caughtUp(shop);
});

test('a group is set back by the number that the question names', async ({ page, shop }) => {
  await placeOrder(shop);
  await caughtUp(shop);
  const body = { to: 'start', dryRun: true };
  const { api, adminToken: token } = shop;
  const { entries } = await api.ask<{ entries: number }>(
    `POST /api/admin/streams/${STREAM}/groups/${GROUP}/offset`,
    { token, body },
  );
  expect(entries).toBeGreaterThan(0);
  await enter(page, shop, `#streams/${STREAM}/${GROUP}`);
  await page.getByLabel('Back to').selectOption('start');
  await page.getByRole('button', { name: 'Set back…' }).click();
  await expect(page.getByRole('dialog')).toContainText(`${entries} entries will be handled again`);
  await page.getByRole('dialog').getByRole('button', { name: 'Set it back' }).click();
  await expect(
    page.getByText(`It is set back: ${entries} entries are handled again.`),
  ).toBeVisible();
  await caughtUp(shop);
});

test('a group that nobody reads is removed, and the question says what it has not handled', async ({
  page,
  shop,
}) => {
  await placeOrder(shop);
  const { redis, keyOf } = shop.api;
  await redis.xgroup('CREATE', keyOf(STREAM), 'former', '0');
  const { lag } = await groupOf(shop, 'former');
  await enter(page, shop, `#streams/${STREAM}/former`);
  await page.getByRole('button', { name: 'Remove the group' }).click();
  await expect(page.getByRole('dialog')).toContainText(`${lag} entries wait`);
  await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
  await expect(page).toHaveURL(new RegExp(`#streams/${STREAM}$`));
  const groups = (await redis.xinfo('GROUPS', keyOf(STREAM))) as unknown[][];
  expect(groups.some((group) => group.includes('former'))).toBe(false);
});

test('a group that a module listens as is not offered to be removed', async ({ page, shop }) => {
  await enter(page, shop, '#streams');
  await page.getByRole('link', { name: GROUP }).first().click();
  await expect(page.getByRole('button', { name: 'Pause the group' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Remove the group' })).toHaveCount(0);
});
