/** Where a page of the list ended. */
import { Type } from 'typebox';
import * as host from '#host';

/** The orders of the list: what each sorts by, and its direction; ties go by the id. */
export const SORTS = {
  relevance: { field: 'relevance', direction: -1 },
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

/** Where a page ended, and what its search was taken for: so that the next page is of the same list. */
export interface PageEnd extends Position {
  corrected?: string | undefined;
}

const place = [Type.String(), Type.Union([Type.String(), Type.Number()]), Type.String()] as const;
const Cursor = Type.Union([
  Type.Tuple([...place]),
  Type.Tuple([...place, Type.String({ minLength: 1, maxLength: 1000 })]),
]);

/** The end of a page as a cursor that only the same sort accepts. */
export function encodeCursor(sort: Sort, { value, id, corrected }: PageEnd): string {
  return host.encodeCursor([sort, value, id, ...(corrected === undefined ? [] : [corrected])]);
}

/**
 * The end of a page that a cursor holds.
 *
 * @throws DomainError 400 where it is none of ours, or was made for another sort.
 */
export function decodeCursor(sort: Sort, cursor: string): PageEnd {
  const found = host.decodeCursor(Cursor, cursor);
  if (!found) throw invalid();
  const [madeFor, value, id, corrected] = found;
  if (madeFor !== sort) throw invalid();
  if (sort === 'name' ? typeof value !== 'string' : typeof value !== 'number') throw invalid();
  if (sort === 'newest' && Number.isNaN(new Date(value).getTime())) throw invalid();
  return { value, id, ...(corrected !== undefined && { corrected }) };
}

/** In a shopper's words, who had a link or went back; a program has the slug. */
function invalid(): Error {
  return new host.DomainError(
    'invalid',
    'invalid-cursor',
    'This page of the list is not there: its link is broken, or was made for another order of the list. Start again at the first page.',
  );
}
