/** The shop of a run: products of which there is plenty, and some that are fought over. */
import type { FastifyBaseLogger } from 'fastify';
import type { MongoClient } from 'mongodb';
import { products } from '../../modules/products/index.ts';
import { importProducts } from '../../modules/products/import/import.ts';
import { openCatalogue } from '../../modules/products/catalogue/store.ts';
import { loadConfig } from '../../src/config/index.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { databaseName } from '../../src/module/module.ts';
import { environmentOf } from './fleet.ts';
import { until } from './until.ts';

const PLENTY = 30;
const SCARCE = 10;
/**
 * Of what is asked of the scarce products in the whole run, so much is there: little enough to be fought
 * over also where outages keep a third of the buyers away.
 */
const SCARCE_SHARE = 0.4;
/** Each order has a line of a scarce product in so many cases. */
export const SCARCE_CHANCE = 0.2;

/** How long `orders` may take for its copy of the catalogue, in ms. */
const COPY_MS = 30_000;

export interface SeededProduct {
  productId: string;
  price: number;
  stockQty: number;
}

export interface Catalogue {
  plenty: SeededProduct[];
  scarce: SeededProduct[];
}

function product(productId: string, i: number, stockQty: number): SeededProduct {
  return { productId, price: 100 + ((i * 137) % 900), stockQty };
}

/** The products of a run in which about `orders` orders are placed, of two pieces a line. */
export function makeCatalogue(orders: number): Catalogue {
  const scarceStock = Math.max(2, Math.round((orders * SCARCE_CHANCE * 2 * SCARCE_SHARE) / SCARCE));
  return {
    plenty: Array.from({ length: PLENTY }, (_, i) => product(`plenty-${i}`, i, 10_000_000)),
    scarce: Array.from({ length: SCARCE }, (_, i) => product(`scarce-${i}`, i, scarceStock)),
  };
}

/** Imports the products and waits until `orders` can sell them. */
export async function stockShop(options: {
  catalogue: Catalogue;
  urls: { redisUrl: string; mongodbUrl: string };
  mongodb: MongoClient;
  log: FastifyBaseLogger;
  signal: AbortSignal;
}): Promise<void> {
  const { catalogue, urls, mongodb, log, signal } = options;
  const all = [...catalogue.plenty, ...catalogue.scarce];
  const config = loadConfig(environmentOf(urls), [products]);
  const runtime = await createRuntime({ config, modules: [products], ...urls, log });
  try {
    await importProducts(openCatalogue(runtime.modules[0]!.context), {
      lines: all.map(({ productId, price, stockQty }, i) => ({
        number: i + 1,
        text: JSON.stringify({ productId, price, stockQty, productDisplayName: productId }),
      })),
      report: (line, problem) => {
        throw new Error(`product ${line} of the run was not imported: ${problem}`);
      },
    });
  } finally {
    await runtime.opened.dispose();
  }
  const copy = mongodb.db(databaseName(config.MONGODB_DATABASE_PREFIX, 'orders'));
  await until(
    'orders has its copy of the catalogue',
    async () => (await copy.collection('catalogue').countDocuments()) === all.length,
    { deadlineMs: COPY_MS, everyMs: 100, signal },
  );
}
