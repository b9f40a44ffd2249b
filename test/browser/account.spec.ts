/** The account: signing in and out, and what is kept in it. */
import type { Page } from '@playwright/test';
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import { beginSession, PASSWORD } from './visitor.ts';

const NO_SESSION = /^401 GET .*\/api\/sessions\/current$/;

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  const form = part(page, 'Sign in');
  await form.getByLabel('Email').fill(email);
  await form.getByLabel('Password', { exact: true }).fill(password);
  await form.getByRole('button', { name: 'Sign in' }).click();
}

test('an account is made, left and come back to, and the header says whose it is', async ({
  page,
}) => {
  await page.goto('/account');
  await checkAccessibility(page);
  await checkNoOverflow(page);
  const email = `made-${Date.now()}@example.com`;
  const form = part(page, 'Make an account');
  await form.getByLabel('Name').fill('Ada Lovelace');
  await form.getByLabel('Email').fill(email);
  await form.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await form.getByRole('button', { name: 'Make an account' }).click();
  await expect(part(page, 'Signed in')).toContainText(email);

  const link = page.getByRole('navigation', { name: 'Shop' }).locator('a[href="/account"]');
  await expect(link).toHaveText('Account: Ada Lovelace');
  await part(page, 'Signed in').getByRole('button', { name: 'Sign out' }).click();
  await expect(link).toHaveText('Account');
  await expect(part(page, 'Sign in')).toBeVisible();
  await signIn(page, email);
  await expect(link).toHaveText('Account: Ada Lovelace');
});

test('a name in the header moves nothing beside it', async ({ page, context, shop }) => {
  await (await beginSession(context, shop)).register('Wilhelmina Featherstonehaugh the Third');
  await page.goto('/account');
  const link = page.getByRole('navigation', { name: 'Shop' }).locator('a[href="/account"]');
  await expect(link).toContainText('Wilhelmina');
  const named = await link.boundingBox();
  await part(page, 'Signed in').getByRole('button', { name: 'Sign out' }).click();
  await expect(link).toHaveText('Account');
  expect(await link.boundingBox()).toEqual(named);
});

test('what is wrong is said beside its field', async ({ page, context, shop, expectProblem }) => {
  const email = await (await beginSession(context, shop)).register();
  await context.clearCookies();
  await page.goto('/account');
  const form = part(page, 'Sign in');
  await form.getByRole('button', { name: 'Sign in' }).click();
  await expect(form.getByLabel('Email')).toBeFocused();
  await expect(form.getByLabel('Email')).toHaveAccessibleDescription('Please fill this in.');
  await form.getByLabel('Email').fill('no-address');
  await form.getByLabel('Password', { exact: true }).fill('x');
  await form.getByRole('button', { name: 'Sign in' }).click();
  await expect(form.getByLabel('Email')).toHaveAccessibleDescription(/whole email address/);
  await checkAccessibility(page);
  await checkNoOverflow(page);

  expectProblem(/^401 POST .*\/api\/sessions$/);
  await signIn(page, email, 'another password 1');
  await expect(form.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(
    'Email or password is wrong.',
  );
  await expect(form.getByLabel('Password', { exact: true })).toBeFocused();
});

test('a password can be looked at, and password managers know which it is', async ({ page }) => {
  await page.goto('/account');
  const form = part(page, 'Sign in');
  const password = form.getByLabel('Password', { exact: true });
  await expect(password).toHaveAttribute('autocomplete', 'current-password');
  await expect(
    part(page, 'Make an account').getByLabel('Password', { exact: true }),
  ).toHaveAttribute('autocomplete', 'new-password');
  await password.fill('to be seen');
  await expect(password).toHaveAttribute('type', 'password');
  await form.getByRole('button', { name: 'Show: Password' }).click();
  await expect(password).toHaveAttribute('type', 'text');
  await expect(password).toHaveValue('to be seen');
});

test('signing in returns to where one came from, and nowhere else', async ({
  page,
  context,
  shop,
  expectProblem,
}) => {
  const email = await (await beginSession(context, shop)).register();
  expectProblem(NO_SESSION);
  await context.clearCookies();
  await page.goto('/account?return=%2Fproducts%3Fsearch%3Dcap');
  await expect(page.getByRole('link', { name: 'Go on as a guest' })).toHaveAttribute(
    'href',
    `${shop.url}/products?search=cap`,
  );
  await signIn(page, email);
  await expect(page).toHaveURL('/products?search=cap');

  const elsewhere = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/\t/evil.example',
  ];
  for (const path of elsewhere) {
    // No answer that is on its way brings the cookie back.
    await page.goto('about:blank');
    await context.clearCookies();
    const address = `/account?return=${encodeURIComponent(path)}`;
    await page.goto(address);
    await signIn(page, email);
    await expect(part(page, 'Signed in')).toContainText(email);
    await expect(page).toHaveURL(address);
    await expect(page.locator('a[href*="evil"]')).toHaveCount(0);
  }
});

test('a profile, an address and a password are changed', async ({
  page,
  context,
  shop,
  expectProblem,
}) => {
  const email = await (await beginSession(context, shop)).register();
  await page.goto('/account');
  const profile = part(page, 'About you');
  await profile.getByLabel('Name').fill('Grace Hopper');
  await profile.getByLabel('Phone').fill('call me');
  await profile.getByRole('button', { name: 'Save' }).click();
  await expect(profile.getByLabel('Phone')).toHaveAccessibleDescription(/write a phone number/);
  await profile.getByLabel('Phone').fill('+1 202 555 0100');
  await profile.getByRole('button', { name: 'Save' }).click();
  await expect(profile.getByRole('status')).toHaveText('Saved.');
  await expect(page.getByRole('banner').getByText('Grace Hopper')).toBeVisible();

  const addresses = part(page, 'Addresses');
  await addresses.getByRole('button', { name: 'Add an address' }).click();
  await expect(addresses.getByLabel('Name')).toHaveValue('Grace Hopper');
  await addresses.getByRole('button', { name: 'Save the address' }).click();
  await expect(addresses.getByLabel('Street and number')).toBeFocused();
  await checkAccessibility(page);
  await checkNoOverflow(page);
  await addresses.getByLabel('Street and number').fill('1 Harbor Road');
  await addresses.getByLabel('Postal code').fill('22201');
  await addresses.getByLabel('City').fill('Arlington');
  await addresses.getByLabel('Country').selectOption('United States');
  await addresses.getByRole('button', { name: 'Save the address' }).click();
  await expect(addresses.getByRole('listitem')).toContainText('22201 Arlington');
  await addresses.getByRole('button', { name: 'Change 1 Harbor Road' }).click();
  await addresses.getByLabel('Street and number').fill('2 Harbor Road');
  await addresses.getByRole('button', { name: 'Save the address' }).click();
  await expect(addresses.getByRole('listitem')).toContainText('2 Harbor Road');

  expectProblem(/^403 POST .*\/api\/account\/password$/);
  const password = part(page, 'Password');
  await password.getByLabel('Current password', { exact: true }).fill('not this one 1');
  await password.getByLabel('New password', { exact: true }).fill(`${PASSWORD} new`);
  await password.getByRole('button', { name: 'Change the password' }).click();
  await expect(
    password.getByLabel('Current password', { exact: true }),
  ).toHaveAccessibleDescription('The current password is wrong.');
  await password.getByLabel('Current password', { exact: true }).fill(PASSWORD);
  await password.getByRole('button', { name: 'Change the password' }).click();
  await expect(password.getByRole('status')).toContainText('The password is changed.');

  await page.reload();
  await expect(profile.getByLabel('Phone')).toHaveValue('+1 202 555 0100');
  await addresses.getByRole('button', { name: 'Remove 2 Harbor Road' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
  await expect(addresses.getByRole('listitem')).toHaveCount(0);

  await part(page, 'Signed in').getByRole('button', { name: 'Sign out' }).click();
  await signIn(page, email, `${PASSWORD} new`);
  await expect(part(page, 'Signed in')).toContainText(email);
});
