/** Cursors: where a page of the list ended, opaque to clients. */
import { DomainError } from '#host';

/** The orders of the list: what each sorts by, and its direction; ties go by the id. */
export const SORTS = {
  newest: { field: 'createdAt', direction: -1 },
  price: { field: 'price', direction: 1 },
  '-price': { field: 'price', direction: -1 },
  name: { field: 'name', direction: 1 },
} as const;

export type Sort = keyof typeof SORTS;

/** The place of a product in an order of the list. */
export interface Position {
  value: string | number;
  id: string;
}

/** A position as a cursor that only the same sort accepts. */
export function encodeCursor(sort: Sort, { value, id }: Position): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString('base64url');
}

/**
 * The position that a cursor holds.
 *
 * @throws DomainError 400 where it is none of ours, or was made for another sort.
 */
export function decodeCursor(sort: Sort, cursor: string): Position {
  const parsed: unknown = parse(cursor);
  if (!Array.isArray(parsed) || parsed.length !== 3) throw invalid('is not one that a page gave');
  const [madeFor, value, id]: unknown[] = parsed;
  if (madeFor !== sort) throw invalid(`was not made for sort=${sort}`);
  if (typeof id === 'string') {
    if (sort === 'name' && typeof value === 'string') return { value, id };
    if (sort === 'newest' && isTime(value)) return { value, id };
    if (sort.endsWith('price') && typeof value === 'number') return { value, id };
  }
  throw invalid('is not one that a page gave');
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(new Date(value).getTime());
}

function parse(cursor: string): unknown {
  try {
    const bytes = Buffer.from(cursor, 'base64url');
    // The decoder skips what is no base64url; ours has nothing to skip.
    return bytes.toString('base64url') === cursor ? JSON.parse(bytes.toString()) : undefined;
  } catch {
    return undefined;
  }
}

function invalid(what: string): DomainError {
  return new DomainError(
    'invalid',
    'invalid-cursor',
    `The cursor ${what}. Take nextCursor as it is and keep sort the same, or begin without cursor.`,
  );
}
