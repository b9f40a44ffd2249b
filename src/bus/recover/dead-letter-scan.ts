/**
 * Looking through dead letters without reading their payloads: what each is about, those that a filter means,
 * and how many. A page at a time, however many and however large they are.
 */
import type { RedisClient } from '../connections.ts';
import type { EventContract, Fields } from '../contract/event.ts';
import { untypedContract } from '../contract/validation.ts';
import { compareIds } from '../replies.ts';
import { causeOf } from './cause.ts';
import { parseFields } from './dead-letter.ts';
import { ERROR_LENGTH } from './failure-log.ts';

/** Headers that one script gives at most, and bytes of letters that it looks through: it blocks Redis. */
const PAGE = 500;
const PAGE_BYTES = 4_194_304;
/** Characters of a type, and of what is read of a letter without one. */
const TYPE_LENGTH = 128;
const HEAD_LENGTH = 2048;

/** The fields are JSON in JSON: a quotation mark without a backslash is of the outer one. */
const HEADERS = `
local from, to, count, max = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local headers, sum = {}, 0
while true do
  local letter = redis.call('XRANGE', KEYS[1], from, to, 'COUNT', 1)[1]
  if not letter then return {headers, false} end
  if #headers == count or sum > max then return {headers, letter[1]} end
  local of = {}
  for i = 1, #letter[2], 2 do
    of[letter[2][i]] = letter[2][i + 1]
    sum = sum + #letter[2][i + 1]
  end
  local fields = of.fields or ''
  local _, at = string.find(fields, '[{,]"type":"')
  headers[#headers + 1] = {
    letter[1],
    string.sub(of.error or '', 1, ${4 * ERROR_LENGTH}),
    at and string.sub(fields, at + 1, at + ${2 * TYPE_LENGTH}) or false,
    at and '' or string.sub(fields, 1, ${HEAD_LENGTH}),
  }
  from = '(' .. letter[1]
end`;

/** What changes wherever dead letters come or go. */
const STATE = `
local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
return {redis.call('XLEN', KEYS[1]), first and first[1] or '', last and last[1] or ''}`;

/** What a dead letter is about. */
export interface Header {
  id: string;
  /** The type of its event; empty where it has none and no contract claims it. */
  type: string;
  error: string;
  cause: string;
}

/** Which dead letters of a group are meant; without anything all of them. */
export interface DeadLetterFilter {
  type?: string | undefined;
  cause?: string | undefined;
  /** When they became dead letters, by the clock of Redis: from and until, both included, in ms since the epoch. */
  since?: number | undefined;
  until?: number | undefined;
  /** The id of the last that is meant: those that came later are not. */
  upTo?: string | undefined;
}

/** How many dead letters there are, the id of the oldest and of the newest; empty where there are none. */
export interface DeadLetterState {
  length: number;
  first: string;
  last: string;
}

export async function readState(redis: RedisClient, key: string): Promise<DeadLetterState> {
  const [length, first, last] = (await redis.eval(STATE, 1, key)) as [number, string, string];
  return { length, first, last };
}

/** A page of headers that a filter means, and the id of the dead letter that comes next, if any. */
export interface HeaderPage {
  headers: Header[];
  next: string | null;
}

/** What it takes to look through the dead letters of a stream. */
export interface Scanned {
  redis: RedisClient;
  /** The key of the dead letters. */
  key: string;
  stream: string;
  contracts: readonly EventContract[];
}

/** The headers that the filter means, from the id `from` on, oldest first. Pages may be empty. */
export async function* scan(
  { redis, key, stream, contracts }: Scanned,
  filter: DeadLetterFilter,
  from = '-',
): AsyncGenerator<HeaderPage> {
  const { begin, end } = rangeOf(filter, from);
  for (let next: string | null = begin; next !== null;) {
    const reply = await redis.eval(HEADERS, 1, key, next, end, PAGE, PAGE_BYTES);
    const [rows, after] = reply as [HeaderRow[], string | null];
    const headers = rows
      .map((row) => toHeader(row, (fields) => untypedContract(contracts, stream, fields)))
      .filter((header) => isMeant(header, filter));
    yield { headers, next: after };
    next = after;
  }
}

/** How many dead letters the filter means. */
export async function countMeant(scanned: Scanned, filter: DeadLetterFilter): Promise<number> {
  let count = 0;
  for await (const { headers } of scan(scanned, filter)) count += headers.length;
  return count;
}

type HeaderRow = [id: string, error: string, type: string | null, head: string];

/** The beginning of a text in JSON. */
const TEXT = /^(?:[^"\\]|\\u[\da-f]{4}|\\[^u])*/;

function toHeader(
  [id, error, type, head]: HeaderRow,
  claim: (fields: Fields) => EventContract | undefined,
): Header {
  const named =
    type === null
      ? (claim(parseFields(head))?.type ?? '')
      : (JSON.parse(`"${TEXT.exec(type)?.[0] ?? ''}"`) as string);
  const said = error.slice(0, ERROR_LENGTH);
  return { id, type: named.slice(0, TYPE_LENGTH), error: said, cause: causeOf(said) };
}

function isMeant(header: Header, { type, cause }: DeadLetterFilter): boolean {
  return (
    (type === undefined || header.type === type) && (cause === undefined || header.cause === cause)
  );
}

/** The ids that a filter may mean, from the id `from` on: an id begins with its time. */
function rangeOf(
  { since, until, upTo }: DeadLetterFilter,
  from: string,
): { begin: string; end: string } {
  const begin =
    since !== undefined && (from === '-' || compareIds(from, `${since}-0`) < 0)
      ? `${since}-0`
      : from;
  const isEarlier =
    until !== undefined && (upTo === undefined || Number(upTo.split('-')[0]) > until);
  // Without its second part, the end of a range is the last id of its ms.
  return { begin, end: isEarlier ? String(until) : (upTo ?? '+') };
}
