/** What the lines of one product make of it: pure, so that it can be done again when others write too. */
import {
  CHANGED_NOW,
  searchFieldsOf,
  MARK_CHANGED,
  type CatalogueDocument,
} from '../catalogue/store.ts';
import { changesOf, keep } from '../catalogue/history.ts';
import { toEvent, type HistoryEntry, type ProductDetails } from '../catalogue/product.ts';
import type { OutboxRecord } from '#host';
import { hashOf, type ImportItem } from './line.ts';

/** What must be known of a stored product. */
export type Stored = Pick<CatalogueDocument, 'version' | 'detailsHash' | 'hasImage'> &
  Partial<Pick<CatalogueDocument, 'sample' | 'decimals' | 'archived' | 'importedImage'>> &
  Partial<ProductDetails>;

/** The lines of one product, in their order, and the import that they come from. */
export interface ProductLines {
  items: readonly ImportItem[];
  currency: string;
  /** How many decimals the unit has that prices count in. */
  decimals: number;
  /** Whether a picture of it came with the import. */
  pictured: boolean;
  /** Whether they are the sample catalogue. */
  sample: boolean;
  /** Who imports them, and by what; null: the command line. */
  by: string | null;
  what?: 'created' | 'imported';
}

export interface Plan {
  productId: string;
  /** What each line did. */
  outcomes: ('new' | 'changed' | 'unchanged')[];
  /** The version and hash that are stored when it is carried out. */
  version: number;
  detailsHash: string;
  /** The version that it builds on; undefined: none is stored. */
  from: number | undefined;
  /** Empty: nothing is to be written. */
  outbox: OutboxRecord[];
  details: ProductDetails;
  hasImage: boolean;
  /** Whether there is one by the imports alone; undefined: {@link hasImage} says it. */
  importedImage: boolean | undefined;
  /** What it changes, for the history of the product. */
  changes: HistoryEntry['changes'];
  /** The stock to set; undefined: it stays, since a new import must not undo sales. */
  stockQty: number | undefined;
}

/** Plans what to write for one product. */
export function planProduct(stored: Stored | undefined, lines: ProductLines): Plan {
  const { items, currency, decimals, pictured, sample } = lines;
  const [first] = items;
  if (!first) throw new Error('a plan needs a line');
  const { productId } = first;
  // A product of the owner that has the id of a sample product is never touched by the sample, and
  // is, the other way round, a product of its own: with its own stock and picture.
  const foreign = stored !== undefined && sample && !stored.sample;
  const takenOver = stored?.sample === true && !sample;
  const hasImage = pictured || (stored?.hasImage === true && !takenOver);
  const known = stored?.importedImage;
  // What the operator has done to the picture is no news of the import.
  const importedImage = known === undefined ? undefined : pictured || (known && !takenOver);
  const isPictureBack = pictured && stored?.hasImage === false && known === true;
  const plan: Plan = {
    productId,
    outcomes: [],
    version: stored?.version ?? 0,
    detailsHash: stored?.detailsHash ?? '',
    from: stored?.version,
    outbox: [],
    details: first.details,
    hasImage,
    importedImage,
    changes: [],
    stockQty: undefined,
  };
  let knownDecimals = stored?.decimals ?? decimals;
  for (const { details, stockQty } of items) {
    const detailsHash = hashOf([details, currency, importedImage ?? hasImage, sample]);
    const isSame = detailsHash === plan.detailsHash && knownDecimals === decimals;
    if (foreign || (isSame && !(isPictureBack && plan.outbox.length === 0))) {
      plan.outcomes.push('unchanged');
      continue;
    }
    plan.outcomes.push(plan.version === 0 ? 'new' : 'changed');
    plan.version += 1;
    plan.detailsHash = detailsHash;
    knownDecimals = decimals;
    plan.details = details;
    if (stored === undefined || takenOver) plan.stockQty = stockQty;
    plan.outbox.push(
      toEvent({
        _id: productId,
        version: plan.version,
        currency,
        decimals,
        ...details,
        ...(stored?.archived && { archived: true }),
      }),
    );
  }
  if (stored) plan.changes = changesOf(stored, plan.details);
  return plan;
}

/** The fields that the line of a product decides, stock apart. */
function fieldsOf(
  { details, version, detailsHash, hasImage, importedImage }: Plan,
  { currency, decimals }: ProductLines,
) {
  const image = { hasImage, ...(importedImage !== undefined && { importedImage }) };
  const fields = { currency, decimals, version, detailsHash, ...image };
  return { sizes: [], ...details, ...searchFieldsOf(details), ...fields };
}

/** The entry of the product's history. */
function entryOf(
  { version, changes }: Plan,
  { by, what = 'imported' }: ProductLines,
): HistoryEntry {
  return { at: new Date(), by, what, version, changes };
}

/** The whole document of a product that is new. */
export function newDocument(plan: Plan, lines: ProductLines): CatalogueDocument {
  const { productId, outbox, stockQty = 0 } = plan;
  const now = new Date();
  return {
    _id: productId,
    ...fieldsOf(plan, lines),
    stockQty,
    takenQty: 0,
    createdAt: now,
    updatedAt: now,
    changed: CHANGED_NOW,
    ...(lines.sample ? { sample: true } : { history: [entryOf(plan, lines)] }),
    outbox,
  };
}

/** The update of a product that is stored. */
export function updateOf(plan: Plan, lines: ProductLines): object {
  const { outbox, stockQty } = plan;
  return {
    $set: {
      ...fieldsOf(plan, lines),
      updatedAt: new Date(),
      ...(stockQty !== undefined && { stockQty }),
    },
    ...MARK_CHANGED,
    ...(!lines.sample && { $unset: { sample: '', retired: '' } }),
    $push: {
      outbox: { $each: outbox },
      ...(!lines.sample && { history: keep(entryOf(plan, lines)) }),
    },
  };
}
