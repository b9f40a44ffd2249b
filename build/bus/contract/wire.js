import { Compile } from 'typebox/compile';
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
const WHOLE = /^-?(0|[1-9][0-9]*)$/;
/** An entry that does not fit its contract; delivering it again cannot help. */
export class MalformedEntryError extends Error {
    code = 'MALFORMED_ENTRY';
    constructor(message) {
        super(message.slice(0, MESSAGE_LENGTH));
    }
}
/** Strings stand as they are, everything else as JSON (so 3 is `3`, and a list is one field). */
export function encode(schema, values) {
    const fields = {};
    for (const name of Object.keys(schema.properties)) {
        const value = values[name];
        if (value !== undefined)
            fields[name] = typeof value === 'string' ? value : JSON.stringify(value);
    }
    return fields;
}
/** The flat list of an entry as an object. */
export function toFields(list) {
    const fields = {};
    for (let i = 0; i + 1 < list.length; i += 2)
        fields[list[i]] = list[i + 1];
    return fields;
}
/** Fields as the flat list of an entry. */
export function toEntry(fields) {
    return Object.entries(fields).flat();
}
/**
 * Makes the decoder of a contract. It throws a {@link MalformedEntryError} that names the field
 * and what was wrong with it. Fields that the contract does not know are left out: a publisher
 * may add fields without breaking its readers.
 */
export function createDecoder(contract) {
    const schema = Compile(exact(contract.data));
    const names = Object.keys(contract.data.properties);
    const texts = new Set(names.filter((name) => isText(contract.data.properties[name])));
    const whole = new Set(names.filter((name) => isWhole(contract.data.properties[name])));
    return (stream, entryId, fields) => {
        const data = {};
        for (const name of names) {
            const text = fields[name];
            if (text === undefined)
                continue;
            if (whole.has(name) && !WHOLE.test(text))
                throw new MalformedEntryError(`field ${name} is not a whole number in decimal digits`);
            data[name] = texts.has(name) ? text : parse(name, text);
        }
        if (!schema.Check(data)) {
            const [error] = schema.Errors(data);
            throw new MalformedEntryError(`${contract.type} v${contract.v}: ${error?.instancePath || '/'} ${error?.message}`);
        }
        const { eventId = entryId, traceparent = '' } = fields;
        // Taken from the data, not from the field `key`: order must not hang on a second copy of it.
        const key = String(data[contract.key]);
        if (eventId === '')
            throw new MalformedEntryError('field eventId is empty');
        if (eventId.length > NAME_LENGTH || key.length > NAME_LENGTH)
            throw new MalformedEntryError(`field eventId or ${contract.key} is longer than ${NAME_LENGTH} characters`);
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
export function isText(schema) {
    const { type, anyOf, ...values } = schema;
    if (anyOf)
        return anyOf.every(isText);
    if (values.enum)
        return values.enum.every((value) => typeof value === 'string');
    return type === 'string' || typeof values.const === 'string';
}
/** Whether all values of the schema are whole numbers. */
function isWhole(schema) {
    const { type, anyOf, ...values } = schema;
    if (anyOf)
        return anyOf.every(isWhole);
    if (values.enum)
        return values.enum.every(Number.isInteger);
    return type === 'integer' || Number.isInteger(values.const);
}
/** The schema with integers that a number holds exactly, so that sums of them stay numbers too. */
function exact(schema) {
    return JSON.parse(JSON.stringify(schema), (_, value) => value?.type === 'integer'
        ? { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, ...value }
        : value);
}
function parse(name, text) {
    try {
        const value = JSON.parse(text);
        // Only what holds other values may be laid out.
        if (typeof value === 'object' || text.trim() === text)
            return value;
    }
    catch {
        // Said below.
    }
    throw new MalformedEntryError(`field ${name} is not JSON`);
}
/** Redis makes entry ids from its own clock in ms, which stands in for a missing `at`. */
function timestamp(at, entryId) {
    const text = at ?? entryId.split('-')[0] ?? '';
    const ms = WHOLE.test(text) ? Number(text) : -1;
    if (ms >= 0 && ms <= LATEST_AT)
        return ms;
    throw new MalformedEntryError('field at is not a time in ms since the epoch, in decimal digits, before the year 10000');
}
