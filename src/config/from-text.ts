/** What a text from outside means by its schema: of a query string, a path, or the environment. */
import type { TSchema } from 'typebox';

/** As we would write it: no sign but a minus, no zeros in front, no exponent, no other base. */
const DECIMAL = /^(?:0|-?[1-9][0-9]*)$/;
const FRACTION = /^-?(?:0|[1-9][0-9]*)\.[0-9]+$/;

/**
 * The value that a text stands for, exactly: a number as it is written in decimals, `true` or `false`.
 * A text that is none stays as it is, and a single value of a list is a list of one, so that checking
 * it against the schema says what is wrong.
 */
export function fromText(schema: TSchema, text: unknown): unknown {
  const { type, items } = schema as { type?: string; items?: TSchema };
  if (type === 'array' && items)
    return (Array.isArray(text) ? text : [text]).map((one: unknown) => fromText(items, one));
  if (typeof text !== 'string') return text;
  if (type === 'integer' && DECIMAL.test(text) && Number.isSafeInteger(Number(text)))
    return Number(text);
  if (type === 'number' && (DECIMAL.test(text) || FRACTION.test(text))) return Number(text);
  if (type === 'boolean' && /^(?:true|false)$/.test(text)) return text === 'true';
  return text;
}
