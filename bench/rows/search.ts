/** Searches of a large catalogue that no cache has the answers to. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withEngines, type TestEnvironment } from '../engines.ts';
import type { Row } from '../row.ts';
import { awaitHandled, startMillrace } from '../shops.ts';
import { median } from '../statistics.ts';

const PRODUCTS = 100_000;
const SHORT = 200;
/** Requests of each kind. */
const REQUESTS = 40;
const MILLRACE = join(import.meta.dirname, '..', '..', 'millrace.mjs');

const KINDS =
  'shirt,mug,lamp,chair,table,jacket,scarf,hat,kettle,bottle,basket,blanket,clock,vase,bag';
const LOOKS =
  'plain,striped,woven,linen,cotton,walnut,brass,ribbed,quilted,glazed,folded,tall,small';
const COLOURS = 'red,green,blue,black,white,grey,brown,amber';
const BRANDS = 'Aldon,Brook,Cairn,Dale,Esker,Fenwick,Garth,Holm,Inver,Kell,Lathe,Mere,Ness,Orrin';
const of = (list: string, n: number): string => {
  const words = list.split(',');
  return words[n % words.length]!;
};

export const search: Row = {
  name: 'search',
  about: `uncached pages of ${PRODUCTS} products`,
  measure: ({ short, profile }) =>
    withEngines('both', async (env) => {
      await importProducts(env, short ? SHORT : PRODUCTS);
      const millrace = await startMillrace(env, { profile });
      const requests = short ? 2 : REQUESTS;
      try {
        await awaitHandled(millrace.url);
        // Each asks for another number of products, so that none is answered out of a cache.
        const first = await answerTime(
          requests,
          (n) => `${millrace.url}/api/products?limit=${n + 1}`,
        );
        const words = await answerTime(requests, (n) => {
          const query = `${of(LOOKS, n)} ${of(KINDS, n)}`;
          return `${millrace.url}/api/products?search=${encodeURIComponent(query)}&limit=${24 + (n % 2)}`;
        });
        return {
          findings: [
            {
              what: `first page with facets, ${PRODUCTS} products, uncached p50`,
              unit: 'ms',
              ours: first,
              goal: { most: 60 },
            },
            {
              what: `two words, ${PRODUCTS} products, uncached p50`,
              unit: 'ms',
              ours: words,
              goal: { most: 30 },
            },
          ],
        };
      } finally {
        await millrace.stop();
      }
    }),
};

/** The median of how long an answer takes, in ms. */
async function answerTime(requests: number, urlOf: (n: number) => string): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < requests; n += 1) {
    const begun = performance.now();
    const response = await fetch(urlOf(n));
    await response.bytes();
    if (response.status !== 200) throw new Error(`${urlOf(n)} was answered ${response.status}`);
    took.push(performance.now() - begun);
  }
  return median(took);
}

/** By the importer, as a shop does it. */
async function importProducts(env: TestEnvironment, count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, n) => {
    const [look, kind, colour] = [of(LOOKS, n), of(KINDS, n >> 2), of(COLOURS, n >> 3)];
    return JSON.stringify({
      productId: `p${n}`,
      price: 100 + ((n * 7919) % 100_000),
      productDisplayName: `${look} ${colour} ${kind} ${n % 1000}`,
      brandName: of(BRANDS, n >> 1),
      gender: of('Women,Men,Unisex', n),
      masterCategory_typeName: of('Home,Apparel,Accessories', n >> 4),
      subCategory_typeName: kind,
      displayCategories: kind,
      productColors: colour,
      productDescriptors_description_value: `<p>A ${look} ${kind} in ${colour}.</p>`,
    });
  });
  const file = join(env.directory, 'products.ndjson');
  writeFileSync(file, `${lines.join('\n')}\n`);
  await promisify(execFile)(process.execPath, [MILLRACE, 'import', file], {
    env: { ...process.env, REDIS_URL: env.redisUrl, MONGODB_URL: env.mongodbUrl },
  });
}
