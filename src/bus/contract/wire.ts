/**
 * The wire format: the flat string fields of a stream entry, reading them by a contract, and the same as JSON
 * Schema. What a handler is given is valid, or it is given nothing.
 */
import type { TObject, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Event, EventContract, Fields } from './event.ts';

/**
 * The latest time that an event may have, in ms since the epoch: the last of the year 9999, up to which
 * every time has a date of four-digit years. Times in microseconds or nanoseconds lie beyond it.
 */
export const LATEST_AT = 253_402_300_799_999;

/** Characters of what identifies and orders events; what is longer is no name of anything. */
export const NAME_LENGTH = 512;
/** Characters of a message: it may repeat what somebody has written. */
const MESSAGE_LENGTH = 500;
/** A W3C trace context. */
const TRACEPARENT = /^[0-9a-f-]{55,128}$/;
/** Whole numbers as they stand on the wire; other ways to write one may be mistakes. */
export const WHOLE = /^-?(0|[1-9][0-9]*)$/;

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

/** An entry that does not fit its contract; delivering it again cannot help. */
export class MalformedEntryError extends Error {
  readonly code = 'MALFORMED_ENTRY';

  constructor(message: string) {
    super(message.slice(0, MESSAGE_LENGTH));
  }
}

/** A function that reads entries of one contract, compiled once. */
export type Decoder = (stream: string, entryId: string, fields: Fields) => Event;

/**
 * Makes the decoder of a contract. It throws a {@link MalformedEntryError} that names the field
 * and what was wrong with it. Fields that the contract does not know are left out: a publisher
 * may add fields without breaking its readers.
 */
export function createDecoder(contract: EventContract): Decoder {
  const schema = Compile(exact(contract.data));
  const names = Object.keys(contract.data.properties);
  const texts = new Set(names.filter((name) => isText(contract.data.properties[name])));
  const whole = new Set(
    names.filter((name) => hasOnly(contract.data.properties[name], 'integer', Number.isInteger)),
  );

  return (stream, entryId, fields) => {
    const data: Record<string, unknown> = {};
    for (const name of names) {
      const text = fields[name];
      if (text === undefined) continue;
      if (whole.has(name) && !WHOLE.test(text))
        throw new MalformedEntryError(`field ${name} is not a whole number in decimal digits`);
      data[name] = texts.has(name) ? text : parse(name, text);
    }
    if (!schema.Check(data)) {
      const [error] = schema.Errors(data);
      throw new MalformedEntryError(
        `${contract.type} v${contract.v}: ${error?.instancePath || '/'} ${error?.message}`,
      );
    }
    const { eventId = entryId, traceparent = '' } = fields;
    // Taken from the data, not from the field `key`: order must not hang on a second copy of it.
    const key = String(data[contract.key]);
    if (eventId === '') throw new MalformedEntryError('field eventId is empty');
    if (eventId.length > NAME_LENGTH || key.length > NAME_LENGTH)
      throw new MalformedEntryError(
        `field eventId or ${contract.key} is longer than ${NAME_LENGTH} characters`,
      );
    return {
      stream,
      entryId,
      eventId,
      type: contract.type,
      v: contract.v,
      at: timestamp(fields['at'], entryId),
      key,
      traceparent: TRACEPARENT.test(traceparent) ? traceparent : undefined,
      data,
    };
  };
}

/** Whether a value of the schema stands on the wire as it is, rather than as JSON. */
export function isText(schema: unknown): boolean {
  return hasOnly(schema, 'string', (value) => typeof value === 'string');
}

/** Whether all values of the schema are of the type. */
export function hasOnly(schema: unknown, type: string, isOf: (value: unknown) => boolean): boolean {
  const { anyOf, ...values } = schema as {
    type?: string;
    anyOf?: unknown[];
    enum?: unknown[];
    const?: unknown;
  };
  if (anyOf) return anyOf.every((one) => hasOnly(one, type, isOf));
  return values.enum?.every(isOf) ?? (values.type === type || isOf(values.const));
}

/** The schema with integers that a number holds exactly, so that sums of them stay numbers too. */
export function exact(schema: TObject): TObject {
  return JSON.parse(JSON.stringify(schema), (_, value: { type?: unknown } | null) =>
    value?.type === 'integer'
      ? { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, ...value }
      : value,
  ) as TObject;
}

function parse(name: string, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // Only what holds other values may be laid out.
    if (typeof value === 'object' || text.trim() === text) return value;
  } catch {
    // Said below.
  }
  throw new MalformedEntryError(`field ${name} is not JSON`);
}

/** Redis makes entry ids from its own clock in ms, which stands in for a missing `at`. */
function timestamp(at: string | undefined, entryId: string): number {
  const text = at ?? entryId.split('-')[0] ?? '';
  const ms = WHOLE.test(text) ? Number(text) : -1;
  if (ms >= 0 && ms <= LATEST_AT) return ms;
  throw new MalformedEntryError(
    'field at is not a time in ms since the epoch, in decimal digits, before the year 10000',
  );
}

/** The schema of some of an entry's fields; all of them are texts. */
export interface FieldsSchema {
  type: 'object';
  required: string[];
  properties: Record<string, object>;
}

/**
 * The schemas of an entry's fields: those that every event has, and those of its data. A field that
 * holds JSON is a text whose `contentSchema` says what stands in it.
 */
export function describeFields(contract: EventContract): {
  envelope: FieldsSchema;
  data: FieldsSchema;
} {
  const { data } = contract;
  const properties = Object.entries(data.properties).map(([name, schema]) => [
    name,
    isText(schema) ? schema : asJson(schema),
  ]);
  return {
    envelope: describeEnvelope(contract),
    data: {
      type: 'object',
      required: [...(data.required ?? [])],
      properties: Object.fromEntries(properties),
    },
  };
}

function asJson(schema: TSchema): object {
  const { description, ...contentSchema } = schema as TSchema & { description?: string };
  return {
    type: 'string',
    ...(description && { description }),
    contentMediaType: 'application/json',
    contentSchema,
  };
}

/** Publishers of ours write all but `traceparent` always; required is what readers cannot do without. */
function describeEnvelope({ type, v, key, untyped }: EventContract): FieldsSchema {
  return {
    type: 'object',
    required: untyped ? [] : ['type', ...(v === 1 ? [] : ['v'])],
    properties: {
      type: { type: 'string', const: type },
      v: { type: 'string', const: String(v), description: 'The version of the event' },
      eventId: {
        type: 'string',
        description:
          'Stays the same however often the event is published; without it the id of the entry counts',
      },
      at: {
        type: 'string',
        pattern: '^(0|[1-9][0-9]{0,14})$',
        description:
          'When it happened, in ms since the epoch, before the year 10000; without it the time in the id of the entry counts',
      },
      key: {
        type: 'string',
        description: `Events with one key are handled in their order; it is the field ${key}`,
      },
      traceparent: { type: 'string', description: 'The W3C trace context of what led to it' },
    },
  };
}
