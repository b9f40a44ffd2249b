/** The operator mends what no handler could take: by cause, one by one and many at once, with true numbers. */
import type { Locator, Page } from '@playwright/test';
import { eventually } from '../support.ts';
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import type { OwnShop } from './shop.ts';

const OF_EACH = 500;
/** How long the shop may take to give them up, in ms: each is tried by itself. */
const POISONED_MS = 120_000;

const numbered = (fields: (orderId: string) => Record<string, string>) =>
  Array.from({ length: OF_EACH }, (_, i) => fields(`poison-${i}`));

const userId = 'nobody';
const scored = { type: 'identity.scored', v: '1', userId };

/** What `orders` has no use for: a score that is too high, and none. */
const TOO_HIGH = numbered((orderId) => ({ ...scored, orderId, score: '2' }));
const NONE = numbered((orderId) => ({ ...scored, orderId }));
/** What `payments` fails on, as long as the shop's amounts have no decimals. */
const CENTS = numbered((orderId) => ({
  type: 'order.accepted',
  v: '1',
  orderId,
  orderAmount: '12.50',
  userId,
}));

interface Groups {
  total: number;
  items: { group: string; type: string; cause: string; count: number }[];
}

const groupsOf = ({ api, adminToken }: OwnShop) =>
  api.ask<Groups>('GET /api/admin/dead-letters', { token: adminToken });

async function poison(shop: OwnShop): Promise<void> {
  await shop.api.addEntries('IDENTITY_STREAM', [...TOO_HIGH, ...NONE]);
  await shop.api.addEntries('ORDERS_STREAM', CENTS);
  await eventually(
    'all are dead letters',
    async () => (await groupsOf(shop)).total === 3 * OF_EACH,
    POISONED_MS,
  );
}

const rowOf = (page: Page, cause: string | RegExp): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name: cause }) });

const dialog = (page: Page) => page.getByRole('dialog');

test('1,500 poisoned entries of three causes are grouped in three; one is edited and replayed, one group replayed with progress, one discarded with the true number', async ({
  page,
  startOwnShop,
  expectProblem,
}) => {
  test.slow();
  const shop = await startOwnShop({ SAMPLE_CATALOGUE: 'off', CURRENCY: 'EUR' });
  await poison(shop);
  await page.goto(`${shop.url}/operator#dead-letters`);
  await page.getByLabel('ADMIN_TOKEN').fill(shop.adminToken);
  await page.getByRole('button', { name: 'Enter' }).click();

  const tooHigh = rowOf(page, /\/score must be <= #/);
  const none = rowOf(page, /required properties score/);
  const cents = rowOf(page, /orderAmount # is not a whole number/);
  await expect(page.getByText('1,500 dead letters by cause')).toBeVisible();
  for (const row of [tooHigh, none, cents]) await expect(row).toContainText('500');
  await expect(page.getByRole('row')).toHaveCount(4);
  await expect(page.locator('.sections').getByText('1,500', { exact: true })).toBeAttached();
  await checkAccessibility(page);
  await checkNoOverflow(page);

  // One is edited: what does not fit is refused at its field, then a dry run, then it is handled.
  await tooHigh.getByRole('link', { name: /score must/ }).click();
  await expect(page.getByText('100 of 500 dead letters, the oldest first')).toBeVisible();
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(page.getByText('200 of 500 dead letters, the oldest first')).toBeVisible();
  await checkAccessibility(page);
  await checkNoOverflow(page);
  await page.getByRole('link', { name: 'poison-7', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Schema' })).toContainText('/score must be <= 1');
  await expect(page.getByRole('link', { name: 'Open the order' })).toHaveAttribute(
    'href',
    '#orders/poison-7',
  );
  await checkAccessibility(page);
  await checkNoOverflow(page);
  await expect(page.getByLabel('orderId')).toHaveAttribute('readonly');
  const score = page.getByLabel('score');
  await expect(score).toHaveAttribute('aria-invalid');
  await page.getByRole('button', { name: 'Replay' }).click();
  await expect(page.getByText('Nothing was changed')).toBeVisible();
  await score.fill('0.5');
  await page.getByRole('button', { name: 'Dry run' }).click();
  await expect(page.getByText('orders would get it. Nothing was handled.')).toBeVisible();
  await expect(score).not.toHaveAttribute('aria-invalid');
  expect((await groupsOf(shop)).total).toBe(1500);
  await page.getByRole('button', { name: 'Replay' }).click();
  await expect(page.getByText('Handled: it is a dead letter no more.')).toBeVisible();
  expect((await groupsOf(shop)).total).toBe(1499);

  // One group fails again as a whole, which is never green.
  await page.getByRole('link', { name: 'All causes' }).click();
  await expect(tooHigh).toContainText('499');
  await tooHigh.getByRole('button', { name: 'Replay all' }).click();
  const run = page.getByRole('region', { name: 'Replay', exact: true });
  await expect(run.locator('.notice-bad')).toHaveText('All 499 failed again.');
  await run.getByRole('button', { name: 'Close' }).click();

  // The cause of another is gone: it is replayed, stopped, gone on with, and handled.
  expectProblem(/net::ERR_\w+ GET .*\/api\/admin\/(live|dead-letters)/);
  await shop.stop();
  await shop.start({ CURRENCY_DECIMALS: '2' });
  await page.reload();
  await expect(cents).toContainText('500');
  const calls: string[] = [];
  await page.route('**/dead-letters/replay', async (route) => {
    calls.push(route.request().postData() ?? '');
    if (calls.length === 2) await run.getByRole('button', { name: 'Stop' }).click();
    await route.continue();
  });
  await cents.getByRole('button', { name: 'Replay all' }).click();
  await expect(run).toContainText('Stopped. 200 handled. 300 of 500 were not tried.');
  await page.reload();
  await expect(run).toContainText('300 of 500 were not tried.');
  await run.getByRole('button', { name: 'Go on' }).click();
  await expect(run.locator('.notice-good')).toHaveText('500 handled.');
  expect(calls.length).toBeGreaterThanOrEqual(5);
  await expect(cents).toHaveCount(0);
  await checkAccessibility(page);

  // The last is discarded: not another number than was confirmed, and with the true one.
  await none.getByRole('button', { name: 'Discard all' }).click();
  await expect(dialog(page)).toContainText('Discard 500 dead letters of orders');
  await page.keyboard.press('Escape');
  expect((await groupsOf(shop)).total).toBe(999);
  const last = await groupsOf(shop);
  const { cause } = last.items.find((one) => one.cause.includes('required'))!;
  await none.getByRole('button', { name: 'Discard all' }).click();
  const meant = { group: 'orders', cause, expected: 500 };
  await shop.api.ask('POST /api/admin/streams/IDENTITY_STREAM/dead-letters/discard', {
    token: shop.adminToken,
    body: meant,
  });
  expectProblem(/^409 POST .*\/discard/);
  await dialog(page).getByRole('button', { name: 'Discard 500' }).click();
  await expect(page.getByRole('alert')).toContainText('nothing was removed');
  await tooHigh.getByRole('button', { name: 'Discard all' }).click();
  await dialog(page).getByRole('button', { name: 'Discard 499' }).click();
  await expect(page.getByText('499 dead letters discarded.')).toBeVisible();
  await expect(page.getByText('There are none: every entry was handled.')).toBeVisible();
  expect((await groupsOf(shop)).total).toBe(0);
});
