/** What a call has changed, value by value, for people. */

/** A value that was changed: undefined where it was not there. */
export interface ChangedValue {
  /** Its name, with those around it: `delivery.price`. */
  name: string;
  before: string | undefined;
  after: string | undefined;
}

/** Values that are shown of one entry at most. */
const MAX = 200;

/** The values that differ between before and after, in the order of the names. */
export function changesOf(before: unknown, after: unknown): ChangedValue[] {
  const [was, is] = [flat(before), flat(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((name) => was.get(name) !== is.get(name))
    .slice(0, MAX)
    .map((name) => ({ name, before: was.get(name), after: is.get(name) }));
}

/** Each value of a value by its name; a list of plain values is one. */
function flat(value: unknown, name = ''): Map<string, string> {
  if (value === undefined || value === null) return new Map();
  const isPlain = typeof value !== 'object' || (Array.isArray(value) && value.every(isScalar));
  if (isPlain) return new Map([[name, textOf(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...flat(inner, name === '' ? key : `${name}.${key}`),
    ]),
  );
}

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : value.map(String).join(', ');
  return value === '' ? '(empty)' : String(value);
}
