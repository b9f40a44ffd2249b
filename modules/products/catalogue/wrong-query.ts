/** What is wrong with a request for a list, in the words of who searches: a page shows it as it is. */
import { DomainError } from '#host';
import { DIMENSIONS } from './filter.ts';

/** What the values of a request are for a shopper. */
const NAMES = new Map([
  ['minPrice', 'The lowest price'],
  ['maxPrice', 'The highest price'],
  ['search', 'The search'],
  ['sort', 'The order of the list'],
  ['limit', 'The number of products on a page'],
  ['descriptions', 'Whether there are descriptions'],
  ['cursor', 'The link to this page of the list'],
  ...DIMENSIONS.map((dimension) => [dimension, `The choice of ${dimension}`] as const),
]);

interface Wrong {
  keyword?: string;
  instancePath?: string;
  params?: { limit?: unknown };
}

/** Names the first thing that is wrong with a query string, and how it could be right. */
export function wrongQuery(errors: readonly object[]): DomainError {
  const all = errors as readonly Wrong[];
  return new DomainError('invalid', 'invalid-request', sentenceOf(all));
}

function sentenceOf(errors: readonly Wrong[]): string {
  if (errors.some(({ keyword }) => keyword === 'additionalProperties'))
    return 'The list can be narrowed by nothing of this name. Check how the address is written.';
  const [first] = errors;
  const field = first?.instancePath?.split('/')[1] ?? '';
  return `${NAMES.get(field) ?? 'The request'} ${predicateOf(first ?? {})}.`;
}

function predicateOf({ keyword, params = {} }: Wrong): string {
  const limit = Number(params.limit);
  if (keyword === 'type') return 'is no number, or has decimals';
  if (keyword === 'minimum') return limit === 0 ? 'is below zero' : `has to be ${limit} at least`;
  if (keyword === 'maximum') return `can be ${limit} at most`;
  if (keyword === 'maxLength') return `is too long: it can have ${limit} characters`;
  if (keyword === 'maxItems') return `has too many values: it can have ${limit}`;
  if (keyword === 'enum') return 'is none that there is';
  return 'cannot be read';
}
