/** The operator's changes of a product: each makes the next version, and none overwrites another unseen. */
import type { ClientSession } from 'mongodb';
import { DomainError } from '#host';
import { cleanDetails, type DetailChanges } from '../catalogue/details.ts';
import { changesOf, keep } from '../catalogue/history.ts';
import { toEvent, type HistoryEntry } from '../catalogue/product.ts';
import {
  MARK_CHANGED,
  PRESENT,
  searchFieldsOf,
  unknownProduct,
  type CatalogueDocument,
} from '../catalogue/store.ts';
import type { Inventory } from '../inventory/stock.ts';
import { checkPrice } from './price.ts';

/** Who changes a product, and which state of it is known to them. */
export interface Edit {
  productId: string;
  by: string | null;
  /** The tag of the state that the change was made from: `If-Match`. */
  ifMatch: string | undefined;
}

/** The product before a change and after it: the same where there was nothing to change. */
export interface Edited {
  before: CatalogueDocument;
  after: CatalogueDocument;
  changes: HistoryEntry['changes'];
}

/** What is changed of a stored product; undefined: nothing. What it writes besides is in the same transaction. */
type Decide = (
  stored: CatalogueDocument,
  session: ClientSession,
) => Decision | undefined | Promise<Decision | undefined>;

interface Decision extends Pick<HistoryEntry, 'what' | 'changes'> {
  set: Partial<CatalogueDocument>;
  unset?: readonly (keyof CatalogueDocument)[];
}

/** The entity tag of a product as the operator sees it, by its version. */
export const tagOf = ({ version }: Pick<CatalogueDocument, 'version'>): string => `"${version}"`;

/**
 * Changes a product as its next version, and publishes it. An import at the same time and this lose
 * nothing of each other: where both write, MongoDB lets one begin again.
 *
 * The hash of the details stays the one of the last import: the same import again changes nothing, and
 * one that says something new of the product sets all its details.
 *
 * @throws DomainError where there is no such product, or it is another than `ifMatch` says
 */
export async function edit(
  { catalogue: { products, cache }, transaction, publish }: Inventory,
  about: Edit,
  decide: Decide,
): Promise<Edited> {
  const { productId } = about;
  const { outbox, ...edited } = await transaction(async (session) => {
    const stored = await products.findOne({ _id: productId, ...PRESENT }, { session });
    if (!stored) throw unknownProduct(productId);
    if (!isMet(about.ifMatch, stored)) throw changedMeanwhile(stored);
    const decided = await decide(stored, session);
    if (!decided) return { before: stored, after: stored, changes: [], outbox: [] };
    const { what, changes, set, unset = [] } = decided;
    const version = stored.version + 1;
    const changed = { ...stored, ...set, version };
    for (const field of unset) delete changed[field];
    const event = toEvent(changed);
    const at = new Date();
    const written = await products.findOneAndUpdate(
      { _id: productId },
      {
        $set: { ...set, ...searchFieldsOf(changed), version, updatedAt: at },
        ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map((field) => [field, ''])) }),
        ...MARK_CHANGED,
        $push: { outbox: event, history: keep({ at, by: about.by, what, version, changes }) },
      },
      { session, returnDocument: 'after' },
    );
    return { before: stored, after: written!, changes, outbox: [event] };
  });
  if (outbox.length > 0) {
    await cache.dropWritten([productId]);
    // The operator need not wait for Redis: the outbox holds the event.
    void publish('products', [{ _id: productId, outbox }]);
  }
  return edited;
}

/**
 * Changes details of a product.
 *
 * @throws DomainError as {@link edit} does, and where the price changes by much and nobody has confirmed it
 */
export function changeDetails(
  inventory: Inventory,
  { confirm, ...about }: Edit & { confirm: boolean },
  written: DetailChanges,
): Promise<Edited> {
  const { unit } = inventory.catalogue;
  const { pictureAlt, ...details } = cleanDetails(written);
  return edit(inventory, about, (stored) => {
    const { price } = details;
    if (price !== undefined && !confirm) checkPrice(stored, { price, ...unit });
    // A new price is one in the shop's currency, whichever the old one was in.
    const set: Partial<CatalogueDocument> = { ...details, ...(price !== undefined && unit) };
    if (pictureAlt) set.pictureAlt = pictureAlt;
    const unset =
      pictureAlt === '' && stored.pictureAlt !== undefined ? ['pictureAlt' as const] : [];
    const after = { ...stored, ...set, ...(unset.length > 0 && { pictureAlt: '' }) };
    const changes = changesOf({ sizes: [], pictureAlt: '', ...stored }, after);
    const isOtherUnit =
      price !== undefined &&
      (stored.currency !== unit.currency || stored.decimals !== unit.decimals);
    if (changes.length === 0 && !isOtherUnit) return undefined;
    return { what: 'changed', changes, set, unset };
  });
}

/** Takes a product out of the shop, or brings it back. What was ordered of it goes on to its end. */
export function setArchived(inventory: Inventory, about: Edit, archived: boolean): Promise<Edited> {
  return edit(inventory, about, (stored) => {
    if ((stored.archived === true) === archived) return undefined;
    const changes = [{ field: 'archived', before: !archived, after: archived }];
    if (archived) return { what: 'archived', changes, set: { archived } };
    return { what: 'restored', changes, set: {}, unset: ['archived'] };
  });
}

/** Whether a product is one of those that `If-Match` names; a weak tag matches none, by RFC 9110. */
function isMet(ifMatch: string | undefined, product: CatalogueDocument): boolean {
  if (ifMatch === undefined || ifMatch.trim() === '*') return true;
  return ifMatch.split(',').some((tag) => tag.trim() === tagOf(product));
}

function changedMeanwhile({ _id, version, name, price }: CatalogueDocument): DomainError {
  return new DomainError(
    'precondition-failed',
    'changed-meanwhile',
    `Somebody has changed product ${_id} since you looked at it. Look at it again, and change it then.`,
    { version, name, price },
  );
}
