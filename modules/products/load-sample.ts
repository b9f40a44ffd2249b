/** The sample catalogue: what a shop shows before it has products of its own. */
import type { ModuleContext } from '#host';
import { productsOf } from './catalogue/store.ts';

/**
 * Fills a shop that has no products of its own with the sample catalogue, or brings that up to date;
 * nothing where `SAMPLE_CATALOGUE` is off. Several processes may do it at once, and a start that was
 * cut short is made good by the next: what is there already is neither written nor published again.
 */
export async function loadSample(context: ModuleContext): Promise<void> {
  await warnOfOtherPrices(context);
  if (context.config.SAMPLE_CATALOGUE === 'off') return;
  const own = { sample: { $ne: true } };
  if (await productsOf(context.db).findOne(own, { projection: { _id: 1 } })) return;
  // A shop with products of its own needs neither.
  const [{ samplePicture, sampleProducts }, { importProducts }] = await Promise.all([
    import('./sample/index.ts'),
    import('./import/import.ts'),
  ]);
  const products = new Map(sampleProducts().map((product) => [product.productId, product]));
  await importProducts(context, {
    sample: true,
    lines: [...products.values()].map((product, i) => ({
      number: i + 1,
      text: JSON.stringify(product),
    })),
    pictures: async (productId) => {
      const product = products.get(productId);
      return product && { type: 'image/svg+xml', bytes: Buffer.from(samplePicture(product)) };
    },
    report: (line, problem) => context.log.error({ line, problem }, 'a sample product is wrong'),
  });
}

/** Products that are priced in another currency than the shop's are shown and not sold. */
async function warnOfOtherPrices({ db, config, log }: ModuleContext): Promise<void> {
  const { CURRENCY, CURRENCY_DECIMALS } = config;
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
