/** What a dead letter is, where it is kept, and how it is read. */
import { keyBeside } from '../connections.ts';
import type { Fields } from '../contract/event.ts';
import { toFields } from '../contract/wire.ts';
import type { RawEntry } from '../replies.ts';

/** The stream of a group's dead letters. */
export function deadLetterStream(stream: string, group: string): string {
  return keyBeside(stream, `dead:${group}`);
}

/** An entry that is not delivered any more. */
export interface DeadLetter {
  /** The id of the dead letter itself. */
  id: string;
  /** The id that the entry had in its stream. */
  originId: string;
  stream: string;
  group: string;
  fields: Fields;
  error: string;
  attempts: number;
  /** When the entry was first given to a handler and when it became a dead letter, ms since the epoch. */
  firstAt: number;
  lastAt: number;
  /** The bytes of a letter that is too large to be shown whole: what `fields` has is only its beginning. */
  cutFrom?: number;
}

export function toDeadLetter([id, list]: RawEntry, cutFrom?: number): DeadLetter {
  const {
    originId = '',
    stream = '',
    group = '',
    fields = '',
    error = '',
    ...times
  } = toFields(list);
  return {
    id,
    originId,
    stream,
    group,
    fields: parseFields(fields),
    error,
    attempts: Number(times['attempts']) || 0,
    firstAt: Number(times['firstAt']) || 0,
    lastAt: Number(times['lastAt']) || 0,
    ...(cutFrom !== undefined && { cutFrom }),
  };
}

/** A name and its value, or the beginning of the last value, as JSON. */
const FIELD = /"((?:[^"\\]|\\.)*)":"((?:[^"\\]|\\u[0-9a-f]{4}|\\[^u])*)/g;

/** The fields of a dead letter, also where their JSON ends somewhere. */
export function parseFields(json: string): Fields {
  try {
    return JSON.parse(json) as Fields;
  } catch {
    const found = [...json.matchAll(FIELD)].map((field) =>
      field.slice(1).map((text) => JSON.parse(`"${text}"`) as string),
    );
    return Object.fromEntries(found) as Fields;
  }
}
