/** Products that an earlier Millrace has stored, which were found by words that it had folded. */
import type { FastifyBaseLogger } from 'fastify';
import { chunk } from '#host';
import { searchFieldsOf, MARK_CHANGED, type Catalogue } from './store.ts';
import { FOLDING } from './tokenizer.ts';

/** Products that are folded in one write. */
const BATCH = 500;

/**
 * Folds anew what another folding has made. Several processes may do it at once, and one that was
 * stopped is made good by the next: each write stands by itself, and only on the version it was made of.
 */
export async function migrateProducts(
  { products, cache }: Catalogue,
  log: FastifyBaseLogger,
): Promise<void> {
  const filter = { folded: { $exists: true }, 'folded.by': { $ne: FOLDING } };
  const outdated = products.find(filter);
  let count = 0;
  for await (const batch of chunk(outdated, BATCH)) {
    const { modifiedCount } = await products.bulkWrite(
      batch.map(({ _id, version, ...details }) => ({
        updateOne: {
          filter: { _id, version },
          update: { $set: searchFieldsOf(details), ...MARK_CHANGED },
        },
      })),
      { ordered: false },
    );
    count += modifiedCount;
    await cache.dropWritten(batch.map(({ _id }) => _id));
  }
  if (count > 0)
    log.info({ products: count }, 'the words that products are found by were made anew');
}
