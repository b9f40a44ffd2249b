/** Finding something in the catalogue: by filters, by going back, and without script. */
import type { Page } from '@playwright/test';
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import { LONG_NAME } from './shop.ts';

const cards = (page: Page) => page.locator('.results .card');
const total = (page: Page) => page.getByText(/^[\d,]+ products?$/);

/** Opens the filters where they are a sheet; on a wide screen they are there. */
async function openFilters(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Filters' });
  if (await button.isVisible()) await button.click();
}

async function closeFilters(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: /^Show [\d,]+ products?$/ });
  if (await button.isVisible()) await button.click();
}

test('a filter narrows the list and its address, keeps the focus, and goes away by its chip', async ({
  page,
}) => {
  await page.goto('/products');
  const all = await total(page).textContent();
  await openFilters(page);
  const home = page.getByRole('checkbox', { name: 'Home' });
  await home.focus();
  await page.keyboard.press('Space');
  await expect(page).toHaveURL('/products?category=Home');
  await expect(page.getByRole('status').filter({ hasText: /products/ })).not.toHaveText(all!);
  await expect(home).toBeChecked();
  await expect(home).toBeFocused();
  await expect(page).toHaveTitle(/^Home · /);
  await checkAccessibility(page);
  await closeFilters(page);
  await page.getByRole('link', { name: 'Remove Home' }).click();
  await expect(page).toHaveURL('/products');
  await expect(total(page)).toHaveText(all!);
  await page.goBack();
  await expect(page.getByRole('link', { name: 'Remove Home' })).toBeVisible();
});

test('the price is narrowed by a slider, by keyboard alone, and by its fields', async ({
  page,
}) => {
  await page.goto('/products');
  await openFilters(page);
  await page.getByRole('slider', { name: 'Highest price' }).focus();
  await page.keyboard.press('PageDown');
  await expect(page).toHaveURL(/\?maxPrice=\d+$/);
  await expect(page.getByRole('slider', { name: 'Highest price' })).toBeFocused();
  await page.getByLabel('From').fill('500');
  await page.getByLabel('From').press('Enter');
  await expect(page).toHaveURL(/\?(?=.*minPrice=500)(?=.*maxPrice=\d+)/);
  await closeFilters(page);
  await page.getByRole('link', { name: 'Clear all' }).click();
  await expect(page).toHaveURL('/products');
});

test('Back restores the place', async ({ page }) => {
  await page.goto('/products');
  await expect(cards(page)).toHaveCount(24);
  for (const seen of [48, 72]) {
    await page.getByRole('link', { name: 'Show more' }).click();
    await expect(cards(page)).toHaveCount(seen);
    await expect(
      cards(page)
        .nth(seen - 24)
        .getByRole('link'),
    ).toBeFocused();
  }
  const product = cards(page).nth(60);
  await product.scrollIntoViewIfNeeded();
  await page.evaluate(() => scrollBy({ top: 40, behavior: 'instant' }));
  const before = await page.evaluate(() => scrollY);
  await product.getByRole('link').click();
  await expect(page).toHaveURL(/\/products\/./);
  await page.goBack();
  await expect(cards(page)).toHaveCount(72);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(before - 200);
  await expect(product).toBeInViewport();
});

test('sorting is a part of the address, and best match is there where words are', async ({
  page,
}) => {
  await page.goto('/products');
  const sort = page.getByLabel('Sort by');
  await expect(sort.getByRole('option', { name: 'Best match' })).toHaveCount(0);
  await sort.selectOption('Lowest price');
  await expect(page).toHaveURL('/products?sort=price');
  await page.goto('/products?search=mug');
  await expect(sort).toHaveValue('relevance');
});

test('a wrong price filter, sort or token says so in a person’s words', async ({
  page,
  expectProblem,
}) => {
  expectProblem(/^400 GET .*\/products\?/);
  for (const [query, words] of [
    ['minPrice=abc', '“abc” is no price.'],
    ['sort=best', 'The shop cannot sort by “best”.'],
    ['cursor=none', 'This page of the list is no longer there.'],
  ] as const) {
    await page.goto(`/products?category=Home&${query}`);
    await expect(page.getByRole('alert')).toContainText(words);
    await expect(cards(page).first()).toBeVisible();
    await page.getByRole('link', { name: 'Go on without it' }).click();
    await expect(page).toHaveURL('/products?category=Home');
    await expect(page.getByRole('alert')).toHaveCount(0);
  }
});

test('words that are misspelt are shown what they were taken for', async ({ page }) => {
  await page.goto('/products?search=jackts');
  await expect(page.getByText(/Showing results for jackets?\./)).toBeVisible();
  await expect(cards(page).first()).toBeVisible();
});

test('where nothing is found it is said what helps', async ({ page }) => {
  await page.goto('/products?search=mug&brand=Nobody');
  await expect(page.getByRole('heading', { name: 'Nothing found for “mug”' })).toBeVisible();
  await checkAccessibility(page);
  await page.getByRole('link', { name: 'Without filters' }).click();
  await expect(page).toHaveURL('/products?search=mug');
  await expect(cards(page).first()).toBeVisible();
});

test('a long unbroken name does not overflow at 320 px', async ({ page, shop }) => {
  for (const path of ['/', '/products', `/products/${shop.longNamed}`]) {
    await page.goto(path);
    await expect(page.getByText(LONG_NAME).first()).toBeVisible();
    await checkAccessibility(page);
    await checkNoOverflow(page);
  }
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('the catalogue works without script', async ({ page }) => {
    await page.goto('/products');
    const all = await total(page).textContent();
    const jump = page.getByRole('link', { name: 'Filters' });
    if (await jump.isVisible()) await jump.click();
    await page.getByRole('checkbox', { name: 'Home' }).check();
    await page.getByLabel('To', { exact: true }).fill('3000');
    await page.locator('.filters').getByRole('button', { name: 'Apply' }).click();
    await expect(page).toHaveURL(/category=Home/);
    await expect(page.getByRole('checkbox', { name: 'Home' })).toBeChecked();
    await expect(page.getByRole('link', { name: /^Remove up to/ })).toBeVisible();
    await expect(total(page)).not.toHaveText(all!);
    await page.getByRole('link', { name: 'Clear all' }).click();
    await page.getByRole('link', { name: 'Show more' }).click();
    await expect(page).toHaveURL(/cursor=/);
    await expect(cards(page)).toHaveCount(24);
    await page
      .getByRole('searchbox')
      .or(page.getByRole('combobox', { name: 'Search' }))
      .fill('mug');
    await page.getByRole('button', { name: 'Search' }).click();
    await expect(page.getByRole('heading', { name: 'Results for “mug”' })).toBeVisible();
    await cards(page).first().getByRole('link').click();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  });
});
