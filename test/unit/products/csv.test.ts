/** CSV: what is written by the rules is read back, wherever the chunks of the file end. */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { test } from 'tap';
import { readCsv } from '../../../modules/products/import/csv.ts';
import type { Mapping } from '../../../modules/products/import/mapping.ts';

const mapping: Mapping = {
  fields: {
    productId: { from: ['{Article}'] },
    price: { from: ['{Price}'] },
    productDisplayName: { from: ['{Name}'] },
  },
};

/** A text that is its own without spaces around it and doubled in it. */
const aName = fc
  .string({ unit: fc.constantFrom(...Array.from('abé日 ,;"\t\'|🇮🇳')), minLength: 1, maxLength: 20 })
  .map((text) => text.replace(/\s+/gu, ' ').trim())
  .filter((text) => text !== '');

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** Bytes in chunks of so many, so that characters are cut in two. */
async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

test('a line is read as it was written, whatever is in it and wherever a chunk ends', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(aName, fc.nat({ max: 99_999 })), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(',', ';', '\t'),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 40 }),
      async (products, delimiter, end, size) => {
        const rows = [
          ['Article', 'Price', 'Name'],
          ...products.map(([name, price], i) => [`p${i}`, String(price), quoted(name)]),
        ];
        const text = rows.map((row) => row.join(delimiter)).join(end);
        const chunks = inChunks(text, size);
        const options = { mapping, currency: 'INR', decimals: 0, note: () => undefined };
        const read = await Array.fromAsync(readCsv(chunks, options));
        const values = read.map((line) => ('value' in line ? (line.value as object) : {}));
        const expected = products.map(([productDisplayName, price], i) => ({
          productId: `p${i}`,
          price,
          productDisplayName,
        }));
        return values.every((value, i) => isDeepStrictEqual({ ...value, ...expected[i] }, value));
      },
    ),
  );
  t.pass('for any texts');
});
