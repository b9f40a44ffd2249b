/** The search box: what it suggests, and how it is reached. */
import type { Locator } from '@playwright/test';
import { checkAccessibility } from './checks.ts';
import { expect, test } from './fixtures.ts';

test('typing suggests products with pictures by keyboard alone', async ({ page }) => {
  await page.goto('/');
  const box = page.getByRole('combobox', { name: 'Search the shop' });
  await box.focus();
  await page.keyboard.type('mug');
  const options = page.getByRole('option');
  await expect(options.first()).toBeVisible();
  await expect(options.filter({ has: page.locator('img') }).first()).toContainText('₹');
  await checkAccessibility(page);

  await page.keyboard.press('ArrowDown');
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await expect(box).toHaveAttribute('aria-activedescendant', await idOf(options.first()));
  await page.keyboard.press('ArrowUp');
  await expect(box).not.toHaveAttribute('aria-activedescendant');
  await page.keyboard.press('ArrowUp');
  await expect(options.last()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(box).toHaveAttribute('aria-expanded', 'false');
  await expect(box).toHaveValue('mug');
  await expect(box).toBeFocused();

  await page.keyboard.press('ArrowDown');
  await expect(options.last()).toBeVisible();
  await page.keyboard.press('ArrowUp');
  const name = await options.last().locator('.suggestion-text > :first-child').textContent();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: name! })).toBeVisible();
});

test('words without a choice are searched, and a suggestion is followed by touch', async ({
  page,
}) => {
  await page.goto('/');
  const box = page.getByRole('combobox', { name: 'Search the shop' });
  await box.fill('mug');
  await expect(page.getByRole('option').first()).toBeVisible();
  await box.press('Enter');
  await expect(page).toHaveURL('/products?search=mug');
  await box.fill('jack');
  await page.getByRole('option', { name: 'Jackets' }).click();
  await expect(page).toHaveURL('/products?subCategory=Jackets');
});

async function idOf(option: Locator): Promise<string> {
  return (await option.getAttribute('id')) ?? '';
}
