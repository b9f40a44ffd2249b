/** Cursors: where a page ended, as a text that is opaque to clients. */
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { DomainError } from './errors.ts';

export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The position that a cursor holds; undefined where it is none of ours, written as we write it. */
export function decodeCursor<Schema extends TSchema>(
  schema: Schema,
  cursor: string,
): Static<Schema> | undefined {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    // One position has one cursor; and the decoder skips what is no base64url.
    const isOurs = Value.Check(schema, position) && encodeCursor(position) === cursor;
    return isOurs ? position : undefined;
  } catch {
    return undefined;
  }
}

/** The error of a client whose cursor is none. */
export function invalidCursor(): DomainError {
  return new DomainError(
    'invalid',
    'invalid-cursor',
    'The cursor is not one that a page gave. Take nextCursor as it is, or begin without cursor.',
  );
}
