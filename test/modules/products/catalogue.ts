/** What tests of the catalogue share: a shop of its own, imports into it, its list read to the end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Test } from 'tap';
import { products } from '../../../modules/products/index.ts';
import { importProducts, type Summary } from '../../../modules/products/import/import.ts';
import { openCatalogue } from '../../../modules/products/catalogue/store.ts';
import { readLines } from '../../../modules/products/import/lines.ts';
import type { PictureSource } from '../../../modules/products/import/pictures.ts';
import type { ProductPage } from '../../../modules/products/catalogue/search.ts';
import { entriesOf } from '../../shop.ts';
import { startTestHost, type TestEnvironment, type TestHost } from '../../support.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** The real catalogue beside the checkout, or undefined where there is none. */
export const FASHION = ((directory) => (existsSync(directory) ? directory : undefined))(
  join(root, '..', 'shared', 'data', 'fashion'),
);

/** A line of an import, with whatever the test cares about. */
export function line(fields: Record<string, unknown> = {}): string {
  return JSON.stringify({
    productId: 'p1',
    price: 1000,
    productDisplayName: 'Plain Blue Shirt',
    brandName: 'Acme',
    masterCategory_typeName: 'Apparel',
    gender: 'Women',
    productColors: 'Blue,NA',
    ...fields,
  });
}

/** A host that runs `products` alone, with nothing in it. */
export function startCatalogue(t: Test, env?: TestEnvironment): Promise<TestHost> {
  return startTestHost(t, { modules: [products], ...(env && { env }) });
}

/** Imports lines in this process; gives the summary, with the lines that were reported. */
export async function importLines(
  host: TestHost,
  lines: readonly string[],
  pictures?: PictureSource,
): Promise<Summary & { reported: string[] }> {
  const reported: string[] = [];
  const summary = await importProducts(openCatalogue(host.context('products')), {
    lines: readLines(chunks(lines.join('\n'))),
    pictures,
    report: (number, problem) => reported.push(`${number}: ${problem}`),
  });
  return { ...summary, reported };
}

/** The text in chunks that end anywhere, as a file is read. */
async function* chunks(whole: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(whole);
  for (let i = 0; i < bytes.length; i += 50_000) yield bytes.subarray(i, i + 50_000);
}

/** Runs the importer as a process of its own, as a user does. */
export async function runImport(
  env: TestEnvironment,
  args: readonly string[],
): Promise<{ status: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['millrace.mjs', 'import', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env.environment },
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { status: Number(status), stdout, stderr };
}

/** Writes lines and pictures into a directory of the test's own; gives the paths of both. */
export function filesOf(
  t: Test,
  lines: readonly string[],
  pictures: Record<string, string> = {},
): { file: string; images: string } {
  const directory = t.testdir({ 'products.ndjson': lines.join('\n'), images: pictures });
  return { file: join(directory, 'products.ndjson'), images: join(directory, 'images') };
}

/** What was published of the catalogue; a product that was published again as it was counts once. */
export async function publishedBy(host: TestHost): Promise<Record<string, string>[]> {
  const entries = await entriesOf(host, 'PRODUCTS_STREAM');
  const updates = entries.filter(({ type }) => type === 'product.updated');
  return [
    ...new Map(
      updates.map((entry) => [`${entry['productId']}@${entry['version']}`, entry]),
    ).values(),
  ];
}

/** `GET /api/products?...`, which must be answered. */
export async function list(host: TestHost, query = ''): Promise<ProductPage> {
  const response = await host.app.inject({ url: `/api/products?${query}` });
  if (response.statusCode !== 200) throw new Error(`${query}: ${response.body}`);
  return response.json<ProductPage>();
}

/** The ids of a list, in its order. */
export async function idsOf(host: TestHost, query = ''): Promise<string[]> {
  return (await list(host, query)).items.map(({ productId }) => productId);
}

/** All pages of a list, one after the other. */
export async function pagesOf(host: TestHost, query: string): Promise<ProductPage['items']> {
  const items: ProductPage['items'] = [];
  let cursor: string | null = null;
  do {
    const page: ProductPage = await list(host, cursor ? `${query}&cursor=${cursor}` : query);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}
