/** Where a page of the history ended. */
import { Type } from 'typebox';
import * as host from '#host';

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
  return host.encodeCursor([at, orderId]);
}

/** @throws DomainError 400 where the cursor is none of ours */
export function decodeCursor(cursor: string): Position {
  const found = host.decodeCursor(Cursor, cursor);
  if (!found) throw host.invalidCursor();
  const [at, orderId] = found;
  return { at, orderId };
}
