/** CSV: exports of other shops, mappings of one's own, and lines that do not fit. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { readCsv } from '../../../modules/products/import/csv.ts';
import { importProducts, type Summary } from '../../../modules/products/import/import.ts';
import { openCatalogue } from '../../../modules/products/catalogue/store.ts';
import { loadMapping, type Mapping } from '../../../modules/products/import/mapping.ts';
import type { ProductItem } from '../../../modules/products/catalogue/schemas.ts';
import type { TestHost } from '../../support.ts';
import { stockOf } from '../../shop.ts';
import { line, list, publishedBy, runImport, startCatalogue } from './catalogue.ts';

const EXPORTS = join(import.meta.dirname, 'exports');

const OWN: Mapping = {
  fields: {
    productId: { from: ['{Article}'] },
    price: { from: ['{Price}'] },
    productDisplayName: { from: ['{Name}'] },
    stockQty: { from: ['{Stock}'] },
    productDescriptors_description_value: { from: ['{Text}'] },
    gender: { from: ['Unisex'] },
  },
};

/** Imports CSV in this process, in chunks that end anywhere. */
async function importCsv(
  host: TestHost,
  csv: string | Uint8Array,
  mapping: Mapping | string = OWN,
  chunk = 7,
): Promise<Summary & { reported: string[]; notes: string[] }> {
  const reported: string[] = [];
  const notes: string[] = [];
  const loaded = typeof mapping === 'string' ? loadMapping(mapping) : mapping;
  if ('problem' in loaded) throw new Error(loaded.problem);
  const bytes = Buffer.from(csv);
  async function* chunks() {
    for (let i = 0; i < bytes.length; i += chunk) yield bytes.subarray(i, i + chunk);
  }
  const note = (text: string) => notes.push(text);
  const options = { mapping: loaded, currency: 'EUR', decimals: 2, note };
  const summary = await importProducts(openCatalogue(host.context('products')), {
    lines: readCsv(chunks(), options),
    report: (number, problem) => reported.push(`${number}: ${problem}`),
  });
  return { ...summary, reported, notes };
}

async function itemsOf(host: TestHost): Promise<Record<string, ProductItem>> {
  const { items } = await list(host);
  return Object.fromEntries(items.map((item) => [item.productId, item]));
}

async function descriptionOf(host: TestHost, productId: string): Promise<string> {
  const response = await host.app.inject(`/api/products/${productId}`);
  return response.json<{ description: string }>().description;
}

test("Shopify's export is taken: variants, carried titles, and what is no product left out", async (t) => {
  const host = await startCatalogue(t);
  const taken = await importCsv(host, readFileSync(join(EXPORTS, 'shopify.csv')), 'shopify');
  t.match(taken, { new: 4, bad: 1 });
  t.match(taken.reported, [/^6: \/price "free" is no amount/]);
  t.match(taken.notes, [
    /^2 lines are left out/,
    /^2 lines name pictures by address; none is fetched/,
  ]);
  const items = await itemsOf(host);
  t.match(items['LT-SAND-S'], {
    name: 'Linen Tee',
    variantName: 'Sand / S',
    brand: 'Nordhem',
    category: 'Apparel & Accessories',
    subCategory: 'T-Shirts',
    displayCategories: ['Summer', 'Sale'],
    gender: 'Unisex',
    ageGroup: 'Adult',
    colors: ['Sand'],
    price: 2990,
    stockQty: 4,
    imageUrl: null,
  });
  t.match(items['LT-SAND-M'], { name: 'Linen Tee', stockQty: 0, colors: ['Sand'] });
  t.match(items['linen-tee-Ink-L'], { variantName: 'Ink / L', price: 3100, stockQty: 7 });
  t.match(
    items['gift-card'],
    { variantName: '', price: 5000, stockQty: 25 },
    'its stock is not tracked',
  );
  t.match(await descriptionOf(host, 'LT-SAND-S'), /^<p>Light, and\n"airy".<\/p>$/);
});

test("WooCommerce's export is taken: variations with what their product says", async (t) => {
  const host = await startCatalogue(t);
  const taken = await importCsv(
    host,
    readFileSync(join(EXPORTS, 'woocommerce.csv')),
    'woocommerce',
  );
  t.match(taken, { new: 3, bad: 1 });
  t.match(taken.reported, [/^7: belongs to id:9, which is no line before it/]);
  const items = await itemsOf(host);
  const shared = { brand: 'Nordhem', category: 'Clothing', subCategory: 'Hoodies' };
  t.match(items['hoodie-blue'], {
    ...shared,
    name: 'Hoodie - Blue',
    displayCategories: ['Hoodies', 'Sale'],
    colors: ['Blue'],
    price: 4550,
    stockQty: 3,
  });
  t.match(items['wc-46'], { ...shared, colors: ['Green'], price: 4500, stockQty: 0 });
  t.match(items['mug'], { name: '+1 Mug', category: 'Food, Drinks', price: 800, stockQty: 12 });
  t.match(await descriptionOf(host, 'hoodie-blue'), /^Warm\.\n<b>Soft<\/b>\.$/);
});

test("Medusa's export is taken, with the prices of the shop's currency", async (t) => {
  const host = await startCatalogue(t);
  const taken = await importCsv(host, readFileSync(join(EXPORTS, 'medusa.csv')), 'medusa');
  t.match(taken, { new: 2, bad: 0 });
  const items = await itemsOf(host);
  const shared = { name: 'Sweatshirt', displayCategories: ['Winter', 'New'], colors: ['Black'] };
  t.match(items['SWEAT-S-BLACK'], {
    ...shared,
    variantName: 'S / Black',
    price: 1000,
    stockQty: 0,
  });
  t.match(items['sweatshirt-M-Black'], { ...shared, price: 1050, stockQty: 25 });
});

test('marks, delimiters and quoted line ends are read, and bad lines have their numbers', async (t) => {
  for (const [end, delimiter] of [
    ['\n', ','],
    ['\r\n', ';'],
    ['\n', '\t'],
  ] as const) {
    const host = await startCatalogue(t);
    const rows = [
      ['"Article"', 'Name', 'Price', 'Stock', 'Text'],
      ['a', `"A ""quoted"" name"`, '"1.50"', '3', `"two${end}lines${delimiter}${end}and more"`],
      [],
      ['b', '5" pipe', '2', '', ''],
      ['c', 'Half a cent', '1.0055', '', `"x${end}y"`],
      ['d', '"', '1', '', ''],
    ];
    const csv = rows.map((row) => row.join(delimiter)).join(end);
    for (const chunk of [1, 4096]) {
      const { reported, notes, ...summary } = await importCsv(host, `\ufeff${csv}`, OWN, chunk);
      t.match(summary, { new: chunk === 1 ? 2 : 0, unchanged: chunk === 1 ? 0 : 2, bad: 2 });
      t.match(reported, [
        /^7: \/price "1.0055" has more decimals than CURRENCY_DECIMALS, 2$/,
        /^9: opens a quote that is not closed$/,
      ]);
      t.same(notes, []);
    }
    const items = await itemsOf(host);
    t.match(items['a'], { name: 'A "quoted" name', price: 150, stockQty: 3, gender: 'Unisex' });
    t.match(items['b'], { name: '5" pipe', price: 200, stockQty: 25 });
  }
});

test('what does not fit is reported line by line, and the others imported', async (t) => {
  const host = await startCatalogue(t);
  const long = 'x'.repeat(1024 * 1024);
  const csv = Buffer.concat([
    Buffer.from(
      [
        'Article,Name,Price,Stock,Text',
        'a,Good,1,1,',
        'a,Twice,1,1,',
        'b,Short,1',
        `c,Long,1,1,"${long}\n"`,
        '..,Dots,1,1,',
        'd,\u200b,1,1,',
        'e,Priceless,,1,',
        'f,Odd,"1,234",1,',
        'g,Grouped,"1,234.50",1.0,',
        'h,Half,1,1.5,',
        'i,Latin ',
      ].join('\n'),
    ),
    Buffer.from([0xe9]),
    Buffer.from(',1,1,\nÄ ö/1,Last,"1.234,5",-3,\n,,,,\n,Nameless,1,1,\n帽子,Neither,1,1,\n'),
  ]);
  const { reported, ...summary } = await importCsv(host, csv, OWN, 65_536);
  t.match(reported, [
    /^3: \/productId a is that of line 2, too/,
    /^4: has 3 columns, but the first line 5/,
    /^5: is longer than 1048576 bytes; .* close its quotes/,
    /^7: \/productId must be none of/,
    /^8: \/productDisplayName must have a visible character/,
    /^9: \/ must have required properties price/,
    /^10: \/price "1,234" can be read in two ways; set "decimal"/,
    /^12: \/stockQty "1.5" is no whole number/,
    /^13: is not UTF-8/,
    /^16: \/productId must match/,
    /^17: \/productId must match/,
  ]);
  t.match(summary, { new: 3, bad: 11 });
  const items = await itemsOf(host);
  t.match(items, {
    a: { price: 100 },
    g: { price: 123_450 },
    'A-o-1': { price: 123_450, stockQty: 0 },
  });
});

test('a file without the columns of the mapping is refused as a whole', async (t) => {
  const host = await startCatalogue(t);
  const refused = [
    ['', /The file is empty/],
    [
      'Article,Name\na,b\n',
      /no column for price; the mapping takes it from \{Price\}.*Article, Name/,
    ],
    [Buffer.from('ÿþA', 'latin1'), /The first line is not UTF-8/],
  ] as const;
  for (const [csv, message] of refused) await t.rejects(importCsv(host, csv), { message });
  const { notes } = await importCsv(host, 'article,NAME,Price\na,A,1\n');
  t.match(notes, [/^No column for stockQty, productDescriptors_description_value\.$/]);
});

function mappingFile(t: Test, mapping: unknown, csv: string): { mapping: string; file: string } {
  const text = typeof mapping === 'string' ? mapping : JSON.stringify(mapping);
  const directory = t.testdir({ 'mapping.json': text, 'products.csv': csv });
  return { mapping: join(directory, 'mapping.json'), file: join(directory, 'products.csv') };
}

test('a mapping that does not fit is refused with the path of what is wrong', (t) => {
  const { fields } = OWN;
  const wrong = [
    ['nonsense', /cannot be read: .*JSON/],
    [{ fields: { productId: fields.productId } }, /: \/fields must have required properties price/],
    [{ fields: { ...fields, colour: { from: ['{C}'] } } }, /: \/fields .*: colour/],
    [{ fields: { ...fields, price: { from: 'Price' } } }, /: \/fields\/price\/from must be array/],
    [{ fields, delimiter: ';;' }, /: \/delimiter must match pattern/],
    [{ fields, skip: [{ Type: 'x' }] }, /: \/skip\/0\/Type must be array/],
  ] as const;
  for (const [mapping, problem] of wrong)
    t.match(loadMapping(mappingFile(t, mapping, '').mapping), { problem });
  t.match(loadMapping('magento'), { problem: /one of medusa, shopify, woocommerce/ });
  t.end();
});

test('a dry run reports the same and writes nothing', async (t) => {
  const host = await startCatalogue(t);
  const csv = 'Article,Name,Price\na,A,1\nb,B,x\n';
  const { mapping, file } = mappingFile(t, OWN, csv);
  const args = [file, '--mapping', mapping];
  const dry = await runImport(host.env, [...args, '--dry-run']);
  t.match(dry, { status: 1, stderr: /^line 3: \/price "x" is no amount/m });
  t.match(dry.stdout, /^1 new, 0 changed, 0 unchanged, 1 bad, .* nothing was written/);
  t.equal((await list(host)).total, 0);
  t.same(await publishedBy(host), []);
  const wet = await runImport(host.env, args);
  t.equal(wet.stderr, dry.stderr);
  t.match(wet.stdout, /^1 new, 0 changed, 0 unchanged, 1 bad, 0 pictures, [\d.]+ seconds\n$/);
  t.match(await stockOf(host, 'a'), { stockQty: 25 });
  t.match(await runImport(host.env, [file]), { status: 2, stderr: /--mapping/ });
});

test('a dry run of lines with the same id counts them as they would be written', async (t) => {
  const host = await startCatalogue(t);
  const lines = [line(), line({ price: 2 }), line({ price: 2 })];
  const text = (number: number) => ({ number, text: lines[number - 1]! });
  const dry = await importProducts(openCatalogue(host.context('products')), {
    lines: [text(1), text(2), text(3)],
    dryRun: true,
    report: (_, problem) => t.fail(problem),
  });
  t.match(dry, { new: 1, changed: 1, unchanged: 1 });
  t.equal((await list(host)).total, 0);
});
