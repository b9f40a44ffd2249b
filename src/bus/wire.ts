/** The wire format: events as the flat string fields of a stream entry, and back. */
import type { TObject } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Event, EventContract } from './event.ts';

/** The fields of a stream entry. */
export type Fields = Record<string, string>;

/** A stream entry as Redis gives it: its id, its fields as a flat list. */
export type RawEntry = [id: string, fields: string[]];

/** An entry that does not fit its contract; delivering it again cannot help. */
export class MalformedEntryError extends Error {
  readonly code = 'MALFORMED_ENTRY';
}

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

/** A function that reads entries of one contract, compiled once. */
export type Decoder = (stream: string, entryId: string, fields: Fields) => Event;

/**
 * Makes the decoder of a contract. It throws a {@link MalformedEntryError} that names the field
 * and what was wrong with it. Fields that the contract does not know are left out: a publisher
 * may add fields without breaking its readers.
 */
export function createDecoder(contract: EventContract): Decoder {
  const schema = Compile(contract.data);
  const names = Object.keys(contract.data.properties);
  const texts = new Set(names.filter((name) => isText(contract.data.properties[name])));

  return (stream, entryId, fields) => {
    const data: Record<string, unknown> = {};
    for (const name of names) {
      const text = fields[name];
      if (text !== undefined) data[name] = texts.has(name) ? text : parse(name, text);
    }
    if (!schema.Check(data)) {
      const [error] = schema.Errors(data);
      throw new MalformedEntryError(
        `${contract.type} v${contract.v}: ${error?.instancePath || '/'} ${error?.message}`,
      );
    }
    return {
      stream,
      entryId,
      eventId: fields['eventId'] ?? entryId,
      type: contract.type,
      v: contract.v,
      at: timestamp(fields['at'], entryId),
      // Taken from the data, not from the field `key`: order must not hang on a second copy of it.
      key: String(data[contract.key]),
      traceparent: fields['traceparent'],
      data,
    };
  };
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

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedEntryError(`field ${name} is not JSON`);
  }
}

/** Redis makes entry ids from its own clock in ms, which stands in for a missing `at`. */
function timestamp(at: string | undefined, entryId: string): number {
  const ms = Number(at ?? entryId.split('-')[0]);
  if (!Number.isSafeInteger(ms) || ms < 0)
    throw new MalformedEntryError('field at is not a time in ms');
  return ms;
}
