/** Reading entries by a contract: what a handler is given is valid, or it is given nothing. */
import type { TObject } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Event, EventContract } from './event.ts';
import { isText, LATEST_AT, NAME_LENGTH, type Fields } from './wire.ts';

/** Characters of a message: it may repeat what somebody has written. */
const MESSAGE_LENGTH = 500;
/** A W3C trace context. */
const TRACEPARENT = /^[0-9a-f-]{55,128}$/;

/** Whole numbers as they stand on the wire; other ways to write one may be mistakes. */
const WHOLE = /^-?(0|[1-9][0-9]*)$/;

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
  const whole = new Set(names.filter((name) => isWhole(contract.data.properties[name])));

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

/** Whether all values of the schema are whole numbers. */
function isWhole(schema: unknown): boolean {
  const { type, anyOf, ...values } = schema as {
    type?: string;
    anyOf?: unknown[];
    enum?: unknown[];
    const?: unknown;
  };
  if (anyOf) return anyOf.every(isWhole);
  if (values.enum) return values.enum.every(Number.isInteger);
  return type === 'integer' || Number.isInteger(values.const);
}

/** The schema with integers that a number holds exactly, so that sums of them stay numbers too. */
function exact(schema: TObject): TObject {
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
