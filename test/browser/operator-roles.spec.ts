/** Operators with roles: signing in, what each is offered, and the audit log of what they changed. */
import type { Page } from '@playwright/test';
import type { Invited } from '../../modules/gateway/api.ts';
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import { enter, headingOf, linksOf, openMenu } from './operator.ts';
import type { Shop } from './shop.ts';

const PASSWORD = 'the race below the mill';

/** What changes something, by what its button says. */
const CHANGES =
  /^(Save($| the text)|Create|New product|Archive|Bring back|Change the stock|Give back|Replay|Discard|Pause|Resume|Set back|Remove|Rebuild|Import|Dry run|Cancel|Erase|Export$|Invite|Disable|Enable)/;

/** Makes an operator; gives the temporary password. */
async function invite({ api, adminToken }: Shop, role: string, email: string): Promise<Invited> {
  const body = { email, name: `The ${role}`, role };
  return api.ask<Invited>('POST /api/admin/operators', { token: adminToken, body });
}

async function signIn(page: Page, email: string, password: string, hash = ''): Promise<void> {
  await page.goto(`/operator${hash}`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Makes an operator with a password of their own, and signs in. */
async function enterAs(page: Page, shop: Shop, role: string, hash = ''): Promise<Invited> {
  const email = `${role}-${Date.now()}-${test.info().project.name}@example.com`;
  const invited = await invite(shop, role, email);
  const { temporaryPassword: currentPassword } = invited;
  const { token } = await shop.api.ask<{ token: string }>('POST /api/admin/sessions', {
    body: { email, password: currentPassword },
  });
  const body = { currentPassword, newPassword: PASSWORD };
  await shop.api.ask('POST /api/admin/me/password', { token, body });
  await signIn(page, email, PASSWORD, hash);
  await expect(headingOf(page)).toBeVisible();
  return invited;
}

const productOf = async ({ api }: Shop) => {
  const { items } = await api.ask<{ items: { productId: string; price: number }[] }>(
    'GET /api/products?limit=1&sort=name',
  );
  return items[0]!;
};

/** The controls of the section that change something and can be used. */
const changesOn = (page: Page) =>
  page.getByRole('main').getByRole('button', { name: CHANGES, disabled: false });

test('a viewer is offered nothing that changes anything, and is told why', async ({
  page,
  shop,
}) => {
  test.slow();
  const { productId } = await productOf(shop);
  await enterAs(page, shop, 'viewer');
  const hashes = await linksOf(page).evaluateAll((links) =>
    links.map((link) => link.getAttribute('href')!),
  );
  expect(hashes).not.toContain('#operators');
  expect(hashes).not.toContain('#audit');
  for (const hash of [...hashes, `#products/${productId}`, '#streams/ORDERS_STREAM/payments']) {
    await page.evaluate((to) => (location.hash = to), hash);
    await expect(page.getByText('One moment…')).toHaveCount(0);
    if (hash !== '#account') await expect(changesOn(page), hash).toHaveCount(0);
  }
  await page.evaluate(() => (location.hash = '#audit'));
  await expect(page.getByText('This takes the role admin; yours is viewer.')).toBeVisible();
  await page.evaluate((to) => (location.hash = to), `#products/${productId}`);
  await expect(
    page.getByText('This takes the role support; yours is viewer.').first(),
  ).toBeVisible();
});

test('a change of a support is in the audit log, with before and after', async ({
  page,
  shop,
  openVisitor,
}) => {
  test.slow();
  const { productId, price } = await productOf(shop);
  const { email } = await enterAs(page, shop, 'support', `#products/${productId}`);
  await expect(changesOn(page).first()).toBeVisible();
  const field = page.getByLabel(/^Price/).first();
  // The sample's currency has no decimals.
  await field.fill(String(price + 100));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved.')).toBeVisible();

  const office = await (await openVisitor()).newPage();
  await enter(office, shop, '#audit');
  await office.getByLabel('Who').fill(email);
  await office.getByRole('button', { name: 'Show', exact: true }).click();
  const row = office.getByRole('row').filter({ hasText: `products/${productId}` });
  await expect(row).toContainText(email);
  await expect(row.locator('.changes del')).toHaveText(String(price));
  await expect(row.locator('.changes ins')).toHaveText(String(price + 100));
  await expect(row).toContainText('done');
  await office.reload();
  await expect(row, 'the filter is in the address').toBeVisible();
  await checkAccessibility(office);
  await checkNoOverflow(office);
  const saved = office.waitForEvent('download');
  await office.getByRole('button', { name: 'Download as CSV' }).click();
  expect((await saved).suggestedFilename()).toBe('audit.csv');
});

test('whoever comes with a temporary password sets one of their own first', async ({
  page,
  shop,
}) => {
  const email = `new-${Date.now()}-${test.info().project.name}@example.com`;
  const { temporaryPassword } = await invite(shop, 'viewer', email);
  await page.goto('/operator');
  await checkAccessibility(page);
  await checkNoOverflow(page);
  await signIn(page, email, temporaryPassword);
  await expect(page.getByRole('heading', { name: 'A password of your own' })).toBeVisible();
  await expect(headingOf(page)).toHaveCount(0);
  await checkAccessibility(page);
  await checkNoOverflow(page);
  await page.getByLabel('Present password', { exact: true }).fill(temporaryPassword);
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(headingOf(page)).toBeVisible();
  await openMenu(page);
  await expect(page.locator('.signed-in')).toContainText(email);
});

test('an admin invites, changes and disables an operator, who is out at once', async ({
  page,
  shop,
  openVisitor,
  expectProblem,
}) => {
  test.slow();
  const visitor = await (await openVisitor()).newPage();
  const { email } = await enterAs(visitor, shop, 'viewer', '#account');
  await enter(page, shop, '#operators');
  const other = `invited-${Date.now()}-${test.info().project.name}@example.com`;
  await page.getByLabel('E-mail').fill(other);
  await page.getByLabel('Name').fill('Invited');
  await page.getByRole('button', { name: 'Invite' }).click();
  await expect(page.locator('.handed')).toContainText(other);
  await expect(page.getByRole('link', { name: other, exact: true })).toBeVisible();

  await page.getByRole('link', { name: email, exact: true }).click();
  await page.getByLabel('Role').first().selectOption('support');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved. It counts from the next call on')).toBeVisible();
  await checkAccessibility(page);
  await checkNoOverflow(page);
  await visitor.reload();
  await expect(visitor.locator('.figures')).toContainText('support');

  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(page.getByRole('button', { name: 'Enable' })).toBeVisible();
  expectProblem(/^401 GET .*\/api\/admin\//);
  await visitor.reload();
  await expect(visitor.getByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('a wrong password opens nothing, and what was typed stays', async ({
  page,
  expectProblem,
}) => {
  expectProblem(/^401 POST .*\/api\/admin\/sessions/);
  await signIn(page, 'nobody@example.com', 'a wrong guess');
  await expect(page.getByRole('alert')).toHaveText('Email or password is wrong.');
  await expect(page.getByLabel('E-mail')).toHaveValue('nobody@example.com');
});
