/** Where a page of the list ended. */
import { Type } from 'typebox';
import * as host from '#host';

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

const Cursor = Type.Tuple([
  Type.String(),
  Type.Union([Type.String(), Type.Number()]),
  Type.String(),
]);

/** A position as a cursor that only the same sort accepts. */
export function encodeCursor(sort: Sort, { value, id }: Position): string {
  return host.encodeCursor([sort, value, id]);
}

/**
 * The position that a cursor holds.
 *
 * @throws DomainError 400 where it is none of ours, or was made for another sort.
 */
export function decodeCursor(sort: Sort, cursor: string): Position {
  const found = host.decodeCursor(Cursor, cursor);
  if (!found) throw invalid();
  const [madeFor, value, id] = found;
  if (madeFor !== sort) throw invalid(`was not made for sort=${sort}`);
  if (sort === 'name' ? typeof value !== 'string' : typeof value !== 'number') throw invalid();
  if (sort === 'newest' && Number.isNaN(new Date(value).getTime())) throw invalid();
  return { value, id };
}

function invalid(what?: string): Error {
  return host.invalidCursor(what, ' and keep sort the same');
}
