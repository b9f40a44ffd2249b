/** The wire format: events as the flat string fields of a stream entry, and back. */
import type { TObject } from 'typebox';

/**
 * The latest time that an event may have, in ms since the epoch: the last of the year 9999, up to which
 * every time has a date of four-digit years. Times in microseconds or nanoseconds lie beyond it.
 */
export const LATEST_AT = 253_402_300_799_999;

/** Characters of what identifies and orders events; what is longer is no name of anything. */
export const NAME_LENGTH = 512;
/** The fields of a stream entry. */
export type Fields = Record<string, string>;

/** Strings stand as they are, everything else as JSON (so 3 is `3`, and a list is one field). */
export function encode(schema: TObject, values: Record<string, unknown>): Fields {
  const fields: Fields = {};
  for (const name of Object.keys(schema.properties)) {
    const value = values[name];
    if (value !== undefined)
      fields[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return fields;
}

/** The flat list of an entry as an object. */
export function toFields(list: readonly string[]): Fields {
  const fields: Fields = {};
  for (let i = 0; i + 1 < list.length; i += 2) fields[list[i]!] = list[i + 1]!;
  return fields;
}

/** Fields as the flat list of an entry. */
export function toEntry(fields: Fields): string[] {
  return Object.entries(fields).flat();
}

/** Whether a value of the schema stands on the wire as it is, rather than as JSON. */
export function isText(schema: unknown): boolean {
  const { type, anyOf, ...values } = schema as {
    type?: string;
    anyOf?: unknown[];
    enum?: unknown[];
    const?: unknown;
  };
  if (anyOf) return anyOf.every(isText);
  if (values.enum) return values.enum.every((value) => typeof value === 'string');
  return type === 'string' || typeof values.const === 'string';
}
