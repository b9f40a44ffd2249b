/** Writing a batch: few round trips, right also when another process writes the same products. */
import { MongoBulkWriteError, type AnyBulkWriteOperation, type Collection } from 'mongodb';
import { isDuplicateKey } from '#host';
import type { Catalogue, CatalogueDocument } from '../catalogue/store.ts';
import type { ImportItem } from './line.ts';
import { DETAILS } from '../catalogue/product.ts';
import {
  newDocument,
  planProduct,
  updateOf,
  type Plan,
  type ProductLines,
  type Stored,
} from './plan.ts';

export interface Outcomes {
  new: number;
  changed: number;
  unchanged: number;
}

export interface Batch {
  items: readonly ImportItem[];
  /** The products whose pictures came with the batch. */
  pictured: ReadonlySet<string>;
  sample: boolean;
  /** Who imports them; null: the command line. */
  by: string | null;
}

/** Writes the products of a batch with their events, and publishes these. */
export async function writeBatch(catalogue: Catalogue, batch: Batch): Promise<Outcomes> {
  const { products, cache, publish, unit } = catalogue;
  const outcomes: Outcomes = { new: 0, changed: 0, unchanged: 0 };
  let open = linesOf(batch, unit);
  while (open.size > 0) {
    const stored = await readStored(products, [...open.keys()]);
    const plans = [...open].map(([id, lines]) => planProduct(stored.get(id), lines));
    const writes = plans.filter(({ outbox }) => outbox.length > 0);
    const lost = await writePlans(products, writes, open);
    const written = writes.filter(({ productId }) => !lost.has(productId));
    await cache.dropWritten(written.map(({ productId }) => productId));
    await publish(
      'products',
      written.map(({ productId, outbox }) => ({ _id: productId, outbox })),
    );
    for (const { productId, outcomes: ofLines } of plans)
      if (!lost.has(productId)) for (const outcome of ofLines) outcomes[outcome] += 1;
    open = new Map([...open].filter(([id]) => lost.has(id)));
  }
  return outcomes;
}

/** Plans batches as {@link writeBatch} would write them, one after the other, and writes nothing. */
export function rehearsal({ products, unit }: Catalogue): (batch: Batch) => Promise<Outcomes> {
  const planned = new Map<string, Stored>();
  return async (batch) => {
    const outcomes: Outcomes = { new: 0, changed: 0, unchanged: 0 };
    const open = linesOf(batch, unit);
    const stored = await readStored(products, [...open.keys()]);
    for (const [id, lines] of open) {
      const plan = planProduct(planned.get(id) ?? stored.get(id), lines);
      for (const outcome of plan.outcomes) outcomes[outcome] += 1;
      const { version, detailsHash, hasImage, importedImage } = plan;
      const { decimals } = lines;
      const image = { hasImage, ...(importedImage !== undefined && { importedImage }) };
      planned.set(id, { version, detailsHash, ...image, decimals, sample: batch.sample });
    }
    return outcomes;
  };
}

function linesOf(
  { items, pictured, sample, by }: Batch,
  { currency, decimals }: Catalogue['unit'],
): Map<string, ProductLines> {
  const byId = Map.groupBy(items, ({ productId }) => productId);
  return new Map(
    [...byId].map(([id, ofId]) => [
      id,
      { items: ofId, currency, decimals, sample, by, pictured: pictured.has(id) },
    ]),
  );
}

/** What a plan needs of a product: of descriptions, which are long, no history tells what they were. */
const STORED = Object.fromEntries(
  [
    ...DETAILS.filter((field) => field !== 'description' && field !== 'pictureAlt'),
    'version',
    'detailsHash',
    'hasImage',
    'importedImage',
    'sample',
    'decimals',
    'archived',
  ].map((field) => [field, 1]),
);

async function readStored(
  products: Collection<CatalogueDocument>,
  ids: string[],
): Promise<Map<string, Stored>> {
  const found = await products.find({ _id: { $in: ids } }, { projection: STORED }).toArray();
  return new Map(found.map(({ _id, ...rest }) => [_id, rest]));
}

/**
 * Writes what is planned, and gives the products that somebody else has written since they were
 * read. Whose write it was shows in the events that wait in the document: they are cleared by us
 * after we have published them, or by a sweep that has, and then there is nothing left to do.
 */
async function writePlans(
  products: Collection<CatalogueDocument>,
  writes: readonly Plan[],
  lines: ReadonlyMap<string, ProductLines>,
): Promise<Set<string>> {
  if (writes.length === 0) return new Set();
  const written = await bulkWrite(
    products,
    writes.map((plan) => operationOf(plan, lines.get(plan.productId)!)),
  );
  if (written === writes.length) return new Set();
  const ids = writes.map(({ productId }) => productId);
  const stored = await products
    .find({ _id: { $in: ids } }, { projection: { 'outbox.eventId': 1 } })
    .toArray();
  const waiting = new Set(
    stored.flatMap(({ outbox = [] }) => outbox.map(({ eventId }) => eventId)),
  );
  return new Set(
    writes
      .filter(({ outbox }) => !outbox.some(({ eventId }) => waiting.has(eventId)))
      .map(({ productId }) => productId),
  );
}

function operationOf(plan: Plan, lines: ProductLines): AnyBulkWriteOperation<CatalogueDocument> {
  const { productId: _id, from: version } = plan;
  if (version === undefined) return { insertOne: { document: newDocument(plan, lines) } };
  return { updateOne: { filter: { _id, version }, update: updateOf(plan, lines) } };
}

/** Gives the number of operations that took effect. */
async function bulkWrite(
  products: Collection<CatalogueDocument>,
  operations: AnyBulkWriteOperation<CatalogueDocument>[],
): Promise<number> {
  try {
    const { insertedCount, matchedCount } = await products.bulkWrite(operations, {
      ordered: false,
    });
    return insertedCount + matchedCount;
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || !isDuplicateKey(error)) throw error;
    return error.insertedCount + error.matchedCount;
  }
}
