/** The wire format: events as the flat string fields of a stream entry, and back. */
import type { TObject } from 'typebox';
import type { Event, EventContract } from './event.ts';
/**
 * The latest time that an event may have, in ms since the epoch: the last of the year 9999, up to which
 * every time has a date of four-digit years. Times in microseconds or nanoseconds lie beyond it.
 */
export declare const LATEST_AT = 253402300799999;
/** Characters of what identifies and orders events; what is longer is no name of anything. */
export declare const NAME_LENGTH = 512;
/** The fields of a stream entry. */
export type Fields = Record<string, string>;
/** An entry that does not fit its contract; delivering it again cannot help. */
export declare class MalformedEntryError extends Error {
    readonly code = "MALFORMED_ENTRY";
    constructor(message: string);
}
/** Strings stand as they are, everything else as JSON (so 3 is `3`, and a list is one field). */
export declare function encode(schema: TObject, values: Record<string, unknown>): Fields;
/** The flat list of an entry as an object. */
export declare function toFields(list: readonly string[]): Fields;
/** Fields as the flat list of an entry. */
export declare function toEntry(fields: Fields): string[];
/** A function that reads entries of one contract, compiled once. */
export type Decoder = (stream: string, entryId: string, fields: Fields) => Event;
/**
 * Makes the decoder of a contract. It throws a {@link MalformedEntryError} that names the field
 * and what was wrong with it. Fields that the contract does not know are left out: a publisher
 * may add fields without breaking its readers.
 */
export declare function createDecoder(contract: EventContract): Decoder;
/** Whether a value of the schema stands on the wire as it is, rather than as JSON. */
export declare function isText(schema: unknown): boolean;
