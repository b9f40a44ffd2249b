/** Cursors: where a page of the history ended, opaque to clients. */
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { DomainError } from '#host';

/** The last order of a page. */
export interface Position {
  /** When it was placed, in ms since the epoch. */
  at: number;
  orderId: string;
}

const Cursor = Type.Tuple([
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  Type.String({ minLength: 1, maxLength: 128 }),
]);

export function encodeCursor({ at, orderId }: Position): string {
  const plain: Static<typeof Cursor> = [at, orderId];
  return Buffer.from(JSON.stringify(plain)).toString('base64url');
}

/**
 * The position that a cursor holds.
 *
 * @throws DomainError 400 where it is none of ours.
 */
export function decodeCursor(cursor: string): Position {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const [at, orderId] = Value.Check(Cursor, parsed) ? parsed : [];
    // Written as we write it, so that one position has one cursor.
    if (at !== undefined && orderId !== undefined && encodeCursor({ at, orderId }) === cursor)
      return { at, orderId };
  } catch {
    // Said below.
  }
  throw new DomainError(
    'invalid',
    'invalid-cursor',
    'The cursor is not one that a page gave. Take nextCursor as it is, or begin without cursor.',
  );
}
