/** The operator's pages in tests: signing in, and going from section to section. */
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';
import type { Shop } from './shop.ts';

/** Signs in by the token, at an address such as `#orders`. */
export async function enter(page: Page, { url, adminToken }: Shop, hash = ''): Promise<void> {
  await page.goto(`${url}/operator${hash}`);
  await page.getByLabel('ADMIN_TOKEN').fill(adminToken);
  await page.getByRole('button', { name: 'Enter' }).click();
  await expect(headingOf(page)).toBeVisible();
}

/** The heading of the section that is shown. */
export const headingOf = (page: Page) => page.locator('#section-heading');

/** The sidebar's links, of which a phone shows none until its menu is opened. */
export const linksOf = (page: Page) => page.locator('.sections a');

/** Opens the menu, where the screen has it behind a button. */
export async function openMenu(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Menu' });
  if (await button.isVisible()) await button.click();
}
