/** The operator's pages: the door, each section, and what a redraw leaves alone. */
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import { enter, headingOf, linksOf, openMenu } from './operator.ts';

test('every section of the operator is readable by all, and fits a phone', async ({
  page,
  shop,
}) => {
  test.slow();
  await enter(page, shop);
  const sections = await linksOf(page).evaluateAll((links) =>
    links.map(
      (link) =>
        [link.getAttribute('href')!, link.querySelector('.section-title')!.textContent] as const,
    ),
  );
  expect(sections.length).toBeGreaterThan(5);
  for (const [href, title] of sections) {
    await openMenu(page);
    await page.locator(`.sections a[href="${href}"]`).click();
    await expect(headingOf(page)).toHaveText(title);
    await expect(page.getByText('One moment…')).toHaveCount(0);
    await checkAccessibility(page);
    await checkNoOverflow(page);
  }
});

test('a wrong token opens nothing, and says so', async ({ page, expectProblem }) => {
  expectProblem(/^401 GET .*\/api\/admin\/me/);
  await page.goto('/operator');
  await page.getByLabel('ADMIN_TOKEN').fill('not the token of this shop');
  await page.getByRole('button', { name: 'Enter' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('ADMIN_TOKEN')).toHaveValue('not the token of this shop');
});

test('the token is kept in its tab, and nowhere else', async ({ page, context, shop }) => {
  await enter(page, shop);
  await page.reload();
  await expect(headingOf(page)).toBeVisible();
  const other = await context.newPage();
  await other.goto('/operator');
  await expect(other.getByLabel('ADMIN_TOKEN')).toBeVisible();
  await openMenu(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByLabel('ADMIN_TOKEN')).toBeVisible();
});

test('a redraw takes neither focus nor selection', async ({ page, shop }) => {
  await enter(page, shop, '#streams');
  const group = page.locator('td strong').first();
  const selected = await group.evaluate((element) => {
    getSelection()?.selectAllChildren(element);
    element.closest<HTMLElement>('.table')?.focus();
    return element.textContent;
  });
  // The feed says what has changed: the table is redrawn by it.
  const { redis, keyOf } = shop.api;
  const captions = page.locator('caption');
  for (let i = 0; i < 2; i++) {
    const said = await captions.allTextContents();
    await redis.xadd(keyOf('ORDERS_STREAM'), '*', 'type', 'order.noted', 'key', 'nobody');
    await expect(captions).not.toHaveText(said);
  }
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
