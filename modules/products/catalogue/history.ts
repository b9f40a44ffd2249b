/** The history of a product: its last changes, kept in its document, so that none is without its change. */
import { isDeepStrictEqual } from 'node:util';
import { DETAILS, type HistoryEntry, type Kept, type ProductDocument } from './product.ts';

/** Changes that a product remembers: the last ones. */
export const KEPT_CHANGES = 100;

/** Characters of a value that are kept. */
const KEPT_CHARACTERS = 200;

/** An entry as the value of `$push`. */
export function keep(entry: HistoryEntry) {
  return { $each: [entry], $slice: -KEPT_CHANGES };
}

/** What differs between two states of a product, as far as `before` is known. */
export function changesOf(
  before: Partial<ProductDocument>,
  after: Partial<ProductDocument>,
): HistoryEntry['changes'] {
  return DETAILS.filter(
    (field) => field in before && !isDeepStrictEqual(valueOf(before[field]), valueOf(after[field])),
  ).map((field) => ({ field, before: kept(before[field]), after: kept(after[field]) }));
}

/** None is as good as nothing in it. */
const valueOf = (value: unknown): unknown =>
  (Array.isArray(value) && value.length === 0 ? '' : value) ?? '';

function kept(value: string | number | readonly string[] | undefined): Kept {
  if (value === undefined || typeof value === 'number') return value ?? null;
  const text = typeof value === 'string' ? value : value.join(', ');
  return text.length > KEPT_CHARACTERS ? `${text.slice(0, KEPT_CHARACTERS).toWellFormed()}…` : text;
}
