/**
 * Kinds of settings: what an environment variable may hold. Besides what JSON Schema knows, a setting
 * may have `secret`, which keeps what it holds out of messages; `form`, which says in words what a
 * pattern asks for; `json`, where it is written as JSON; and `conflict`, which gives what is wrong with it
 * beside the others.
 */
import { Type, type Static, type TSchema } from 'typebox';

const DAY_MS = 86_400_000;
/** 50 years: before and after now, that is a time that Redis, MongoDB and `Date` can all write. */
const LONGEST_MS = 1_576_800_000_000;

/** A whole number. */
export const count = (minimum: number, maximum: number, value: number, description: string) =>
  Type.Integer({ minimum, maximum, default: value, description });

/** A time of a day at most, in ms. */
export const durationMs = (minimum: number, value: number, description: string) =>
  count(minimum, DAY_MS, value, description);

/** A time that may be longer than a day, in ms. */
export const longDurationMs = (minimum: number, value: number, description: string) =>
  count(minimum, LONGEST_MS, value, description);

/** A secret, which may be unset. */
export const secret = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, secret: true, description }));

/** A list that is written as JSON. What is wrong in it is named by its path, as `/0/price`. */
export const jsonList = <Item extends TSchema>(
  item: Item,
  value: Static<Item>[],
  { form, description, maxItems }: { form: string; description: string; maxItems: number },
) => Type.Array(item, { json: true, default: value, form, description, maxItems });

/** A URL, or several with commas between, whose hosts and ports are such; it may be unset. */
export const urls = (options: Parameters<typeof Type.String>[0]) =>
  Type.Optional(
    Type.Refine(Type.String(options), (text) => text.split(',').every((url) => URL.canParse(url))),
  );
