/**
 * The sample catalogue: what a shop shows before it has products of its own. It is a file of products
 * and a directory of pictures, as a user has them, and is imported as those are.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import type { ModuleContext } from '#host';
import type { Catalogue } from '../catalogue/store.ts';
import { settingsOf } from '../settings.ts';

/** One product a line, in the format of an import; its picture is `pictures/<productId>.svg`. */
const PRODUCTS = join(import.meta.dirname, 'products.ndjson');
const PICTURES = join(import.meta.dirname, 'pictures');

/**
 * Fills a shop that has no products of its own with the sample catalogue, or brings that up to date;
 * nothing where `SAMPLE_CATALOGUE` is off. Several processes may do it at once, and a start that was
 * cut short is made good by the next: what is there already is neither written nor published again.
 */
export async function loadSample(catalogue: Catalogue, context: ModuleContext): Promise<void> {
  const { log, signal } = context;
  await warnOfOtherPrices(catalogue, log);
  if (settingsOf(context).SAMPLE_CATALOGUE === 'off') return;
  const own = { sample: { $ne: true } };
  if (await catalogue.products.findOne(own, { projection: { _id: 1 } })) return;
  // A shop with products of its own needs none of it.
  const [{ importProducts }, { readLines }, { picturesIn }] = await Promise.all([
    import('../import/import.ts'),
    import('../import/lines.ts'),
    import('../import/pictures.ts'),
  ]);
  await importProducts(catalogue, {
    signal,
    sample: true,
    lines: readLines(createReadStream(PRODUCTS)),
    pictures: picturesIn(PICTURES, { svg: true }).take,
    report: (line, problem) => log.error({ line, problem }, 'a sample product is wrong'),
  });
}

/** Products that are priced in another currency than the shop's are shown and not sold. */
async function warnOfOtherPrices(
  { products, unit: { currency: CURRENCY, decimals: CURRENCY_DECIMALS } }: Catalogue,
  log: FastifyBaseLogger,
): Promise<void> {
  const decimals = { $exists: true, $ne: CURRENCY_DECIMALS };
  const count = await products.countDocuments({
    sample: { $ne: true },
    $or: [{ currency: { $ne: CURRENCY } }, { decimals }],
  });
  if (count > 0)
    log.warn(
      { products: count, CURRENCY, CURRENCY_DECIMALS },
      'these products are not sold until their prices are imported anew: they are in another currency, or count in other decimals',
    );
}
