/** The operator's import: files chosen or dropped, tried, imported with progress, the bad lines listed. */
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import { enter } from './operator.ts';

const LINES = 10_000;

/** How long a busy machine may take for them, in ms. */
const IMPORTED_MS = 150_000;

/** Ten thousand lines of which every 500th is bad. */
const file = {
  name: 'products.ndjson',
  mimeType: 'application/x-ndjson',
  buffer: Buffer.from(
    Array.from({ length: LINES }, (_, i) =>
      JSON.stringify({
        productId: `p${i}`,
        productDisplayName: `Product ${i}`,
        price: (i + 1) % 500 === 0 ? -1 : 1000,
      }),
    ).join('\n'),
  ),
};

test('10,000 lines are tried, then imported with progress, the bad ones listed', async ({
  page,
  startOwnShop,
}) => {
  test.setTimeout(2 * IMPORTED_MS + test.info().timeout);
  const shop = await startOwnShop();
  await page.goto(`${shop.url}/operator#import`);
  await page.getByLabel('ADMIN_TOKEN').fill(shop.adminToken);
  await page.getByRole('button', { name: 'Enter' }).click();
  const dryRun = page.getByRole('button', { name: 'Dry run' });
  await expect(dryRun).toHaveAttribute('aria-disabled', 'true');
  await page.getByLabel('Drop the files here, or choose them').setInputFiles(file);
  await expect(page.getByRole('button', { name: 'Remove products.ndjson' })).toBeVisible();
  await dryRun.press('Enter');
  await expect(page.getByText('Nothing was written: it was a dry run.')).toBeVisible({
    timeout: IMPORTED_MS,
  });
  const bad = page.getByRole('region', { name: 'Bad lines: 20' });
  await expect(bad.getByRole('row')).toHaveCount(21);
  await expect(bad).toContainText('/price');
  await expect(bad).toContainText('500');

  const seen = new Set<string>();
  page.on('response', (response) => {
    if (/imports\/[0-9a-f]{24}$/.test(response.url()))
      void response.json().then(
        ({ progress }: { progress: { lines: number } }) => seen.add(String(progress.lines)),
        () => undefined,
      );
  });
  await page.getByRole('button', { name: 'Import it now' }).click();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await expect(page.getByText('20 lines were not imported')).toBeVisible({ timeout: IMPORTED_MS });
  expect(seen.size, `seen at ${[...seen].join(', ')} lines`).toBeGreaterThan(1);
  await expect(bad.getByRole('row')).toHaveCount(21);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save all of them as CSV' }).click();
  expect((await download).suggestedFilename()).toMatch(/^bad-lines-.*\.csv$/);
  await checkAccessibility(page);
  await checkNoOverflow(page);
  const { total } = await shop.api.ask<{ total: number }>('GET /api/products?limit=1');
  expect(total).toBe(LINES - 20);
  // The live feed of the page would break off with the shop.
  await page.goto('about:blank');
});

test('a CSV file wants its mapping, and what cannot be read is said', async ({
  page,
  shop,
  expectProblem,
}) => {
  await enter(page, shop, '#import');
  const files = page.getByLabel('Drop the files here, or choose them');
  const zip = { name: 'pictures.zip', mimeType: 'application/zip', buffer: Buffer.from('no zip') };
  const csv = { name: 'export.csv', mimeType: 'text/csv', buffer: Buffer.from('No;Price\na;1\n') };
  await files.setInputFiles([csv, zip]);
  await expect(page.getByText('Choose the mapping of the CSV file')).toBeVisible();
  await page.getByLabel('The columns are those of').selectOption('shopify');
  expectProblem(/^400 POST .*\/product-imports/);
  await page.getByRole('button', { name: 'Dry run' }).click();
  await expect(page.getByRole('alert')).toContainText('The zip of pictures cannot be read');
  await page.getByRole('button', { name: 'Remove pictures.zip' }).click();
  await page.getByRole('button', { name: 'Dry run' }).click();
  await expect(page.getByText('It has failed: The file has no column for')).toBeVisible();
  await checkAccessibility(page);
  await checkNoOverflow(page);
});
