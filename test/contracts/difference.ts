/** What differs between two states of one contract, and which of it breaks readers. */
import { isDeepStrictEqual } from 'node:util';
import type { EventContract } from '../../src/bus/index.ts';

/** A JSON schema, as far as it is looked into. */
export interface Schema {
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema | Schema[];
  anyOf?: Schema[];
  additionalProperties?: unknown;
  [keyword: string]: unknown;
}

/** A contract in the form in which it is frozen. */
export interface Frozen {
  stream: string;
  type: string;
  v: number;
  key: string;
  data: Schema;
}

export interface Difference {
  /** For example `data.items[].quantity is gone`. */
  what: string;
  /** Whether entries that were published, or readers that run, do not bear it. */
  breaking: boolean;
}

/** Keywords that tell people something and decide nothing. */
const ANNOTATIONS = new Set(['title', 'description', 'examples', '$comment']);

/** A contract as JSON, which is what its file is read as. */
export function freezable({ stream, type, v, key, data }: EventContract): Frozen {
  return JSON.parse(JSON.stringify({ stream, type, v, key, data })) as Frozen;
}

/**
 * All differences. Only optional properties may come: readers ignore what they do not know. Every
 * other change breaks somebody, a wider schema too: a reader that runs refuses what was not allowed.
 */
export function differences(before: Frozen, after: Frozen): Difference[] {
  const { data: dataBefore, ...headBefore } = before;
  const { data: dataAfter, ...headAfter } = after;
  return [
    ...compareKeywords(headBefore, headAfter, ''),
    ...compareSchemas(dataBefore, dataAfter, 'data'),
  ];
}

function compareSchemas(before: Schema, after: Schema, path: string): Difference[] {
  const { properties: _p, required: _r, items, anyOf, ...restBefore } = before;
  const {
    properties: _q,
    required: _s,
    items: itemsAfter,
    anyOf: anyOfAfter,
    ...restAfter
  } = after;
  return [
    ...compareKeywords(restBefore, restAfter, `${path}: `),
    ...compareProperties(before, after, path),
    ...compareNested(items, itemsAfter, path, 'items'),
    ...compareNested(anyOf, anyOfAfter, path, 'anyOf'),
  ];
}

function compareKeywords(before: object, after: object, where: string): Difference[] {
  const [from, to] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...from.keys(), ...to.keys()])]
    .filter((keyword) => !isDeepStrictEqual(from.get(keyword), to.get(keyword)))
    .map((keyword) => ({
      what: `${where}${keyword} was ${show(from.get(keyword))} and is ${show(to.get(keyword))}`,
      breaking: !ANNOTATIONS.has(keyword),
    }));
}

function compareProperties(before: Schema, after: Schema, path: string): Difference[] {
  const [from, to] = [before.properties ?? {}, after.properties ?? {}];
  const needed = (schema: Schema, name: string): boolean =>
    schema.required?.includes(name) ?? false;
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((name) => {
    const [old, now, at] = [from[name], to[name], `${path}.${name}`];
    const [was, is] = [needed(before, name), needed(after, name)];
    if (!now) return [{ what: `${at} is gone`, breaking: true }];
    if (!old) {
      const refused = is || (before.additionalProperties ?? true) !== true;
      return [{ what: `${at} is new${is ? ' and required' : ''}`, breaking: refused }];
    }
    const demand = is ? 'required and was optional' : 'optional and was required';
    const changed = was === is ? [] : [{ what: `${at} is ${demand}`, breaking: true }];
    return [...changed, ...compareSchemas(old, now, at)];
  });
}

function compareNested(
  before: Schema | Schema[] | undefined,
  after: Schema | Schema[] | undefined,
  path: string,
  keyword: 'items' | 'anyOf',
): Difference[] {
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((one, i) => compareSchemas(one, after[i]!, `${path}.${keyword}[${i}]`));
  if (before && after && !Array.isArray(before) && !Array.isArray(after))
    return compareSchemas(before, after, `${path}[]`);
  return compareKeywords({ [keyword]: before }, { [keyword]: after }, `${path}: `);
}

function show(value: unknown): string {
  return value === undefined ? 'not there' : JSON.stringify(value);
}
