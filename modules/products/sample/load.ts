/**
 * The sample catalogue: what a shop shows before it has products of its own. It is a file of products
 * and a directory of pictures, as a user has them, and is imported as those are.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { ModuleContext } from '#host';
import { productsOf } from '../catalogue/store.ts';
import { settingsOf } from '../settings.ts';

/** One product a line, in the format of an import; its picture is `pictures/<productId>.svg`. */
const PRODUCTS = join(import.meta.dirname, 'products.ndjson');
const PICTURES = join(import.meta.dirname, 'pictures');

/**
 * Fills a shop that has no products of its own with the sample catalogue, or brings that up to date;
 * nothing where `SAMPLE_CATALOGUE` is off. Several processes may do it at once, and a start that was
 * cut short is made good by the next: what is there already is neither written nor published again.
 */
export async function loadSample(context: ModuleContext): Promise<void> {
  await warnOfOtherPrices(context);
  if (settingsOf(context).SAMPLE_CATALOGUE === 'off') return;
  const own = { sample: { $ne: true } };
  if (await productsOf(context.db).findOne(own, { projection: { _id: 1 } })) return;
  // A shop with products of its own needs none of it.
  const [{ importProducts }, { readLines }, { picturesIn }] = await Promise.all([
    import('../import/import.ts'),
    import('../import/lines.ts'),
    import('../import/pictures.ts'),
  ]);
  await importProducts(context, {
    sample: true,
    lines: readLines(createReadStream(PRODUCTS)),
    pictures: picturesIn(PICTURES, { svg: true }).take,
    report: (line, problem) => context.log.error({ line, problem }, 'a sample product is wrong'),
  });
}

/** Products that are priced in another currency than the shop's are shown and not sold. */
async function warnOfOtherPrices(context: ModuleContext): Promise<void> {
  const { db, log } = context;
  const { CURRENCY, CURRENCY_DECIMALS } = settingsOf(context);
  const decimals = { $exists: true, $ne: CURRENCY_DECIMALS };
  const products = await productsOf(db).countDocuments({
    sample: { $ne: true },
    $or: [{ currency: { $ne: CURRENCY } }, { decimals }],
  });
  if (products > 0)
    log.warn(
      { products, CURRENCY, CURRENCY_DECIMALS },
      'these products are not sold until their prices are imported anew: they are in another currency, or count in other decimals',
    );
}
