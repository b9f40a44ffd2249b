/** The start page, as a visitor first meets it. */
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import { LONG_NAME } from './shop.ts';

test('the start page loads without a problem, for all, and on the narrowest screen', async ({
  page,
}) => {
  await page.goto('/');
  await expect(page.getByText(LONG_NAME)).toBeVisible();
  await checkAccessibility(page);
  await checkNoOverflow(page);
});
