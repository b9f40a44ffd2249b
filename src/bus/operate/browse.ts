/**
 * Browsing a stream: its entries by time, type and key, the newest or the oldest first. One look does bounded
 * work and says where the next goes on, so that a rare key in a million entries is found without holding up Redis.
 */
import type { RedisClient } from '../connections.ts';
import type { EventContract, Fields } from '../contract/event.ts';
import { LATEST_AT, toFields } from '../contract/wire.ts';
import { timeOf, type RawEntry } from '../replies.ts';

/** Entries that one look goes through at most, and the bytes after which it ends. */
const MAX_SCANNED = 2000;
const MAX_BYTES = 1_048_576;
/** Bytes that are shown of an entry. */
const CUT_BYTES = 65_536;

/**
 * What is not asked for does not leave Redis. The type of an entry without one is for contracts to say, and
 * so is which field is its key: what may fit is given. Entries are read few at a time while they are
 * large, since XRANGE bounds what it gives by number alone.
 */
const SCAN = `
local order, first, last, type, key = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local limit, most, max, cut = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local found, scanned, bytes, size = {}, 0, 0, 1
local function range(count)
  if order == 'newest' then return redis.call('XREVRANGE', KEYS[1], last, first, 'COUNT', count) end
  return redis.call('XRANGE', KEYS[1], first, last, 'COUNT', count)
end
local function goOn(id)
  if order == 'newest' then last = '(' .. id else first = '(' .. id end
end
local function shorten(fields)
  local short, left = {}, cut
  for i = 1, #fields, 2 do
    if left <= #fields[i] then break end
    short[#short + 1] = fields[i]
    short[#short + 1] = string.sub(fields[i + 1], 1, left - #fields[i])
    left = left - #fields[i] - #short[#short]
  end
  return short
end
while true do
  local entries = range(size)
  local before = bytes
  for _, entry in ipairs(entries) do
    local id, fields, sum = entry[1], entry[2], 0
    local typeFits, keyFits, typed = type == '', key == '', false
    for i = 1, #fields, 2 do
      local value = fields[i + 1]
      sum = sum + #fields[i] + #value
      if fields[i] == 'type' then
        typed = true
        if value == type then typeFits = true end
      end
      if value == key then keyFits = true end
    end
    scanned, bytes = scanned + 1, bytes + sum
    if keyFits and (typeFits or not typed) then
      found[#found + 1] = sum > cut and {id, shorten(fields), sum} or {id, fields}
    end
    if #found == limit or scanned == most or bytes > max then
      goOn(id)
      return {found, scanned, #range(1) > 0 and id or false}
    end
  end
  if #entries < size then return {found, scanned, false} end
  goOn(entries[#entries][1])
  size = (bytes - before) / #entries < 4096 and math.min(2 * size, 32) or 1
end`;

/** Which entries are looked for. */
export interface EntrySearch {
  /** Ids, or times in ms since the epoch, both included; `-` and `+` are the ends of the stream. */
  from: string;
  to: string;
  order: 'newest' | 'oldest';
  /** The id that an earlier look has ended with. */
  after?: string | undefined;
  type?: string | undefined;
  key?: string | undefined;
  /** Entries that are given at most. */
  limit: number;
}

/** An entry as it stands in its stream, whether or not it fits a contract. */
export interface StreamEntry {
  id: string;
  /** When it happened, in ms since the epoch, as far as it says so. */
  at: number;
  /** By the contracts, where it does not say so itself; null where they do not know either. */
  type: string | null;
  key: string | null;
  eventId: string;
  fields: Fields;
  /** The bytes of an entry that is too large to be shown whole: what `fields` has is only its beginning. */
  cutFrom?: number;
}

export interface EntryPage {
  entries: StreamEntry[];
  /** How many were looked at. */
  scanned: number;
  /** The `after` of the next look, or null where there is no more. */
  next: string | null;
}

/** Looks for entries in the stream with the key; `contracts` are those of the stream. */
export async function browse(
  redis: RedisClient,
  stream: string,
  contracts: readonly EventContract[],
  search: EntrySearch,
): Promise<EntryPage> {
  const { from, to, order, after, type, key, limit } = search;
  const isNewest = order === 'newest';
  const [entries, scanned, next] = (await redis.eval(
    SCAN,
    1,
    stream,
    order,
    after !== undefined && !isNewest ? `(${after}` : from,
    after !== undefined && isNewest ? `(${after}` : to,
    type ?? '',
    key ?? '',
    limit,
    MAX_SCANNED,
    MAX_BYTES,
    CUT_BYTES,
  )) as [[...RawEntry, number?][], number, string | null];
  const described = entries.map(([id, list, cutFrom]) => ({
    ...describe(id, toFields(list), contracts),
    ...(cutFrom !== undefined && { cutFrom }),
  }));
  const fits = (entry: StreamEntry): boolean =>
    (type === undefined || entry.type === type) && (key === undefined || entry.key === key);
  return { entries: described.filter(fits), scanned, next };
}

/** What an entry says of itself, and what the contracts say of it. */
function describe(id: string, fields: Fields, contracts: readonly EventContract[]): StreamEntry {
  const { type, key, eventId = id, at } = fields;
  const contract = contracts.find((one) =>
    type === undefined ? one.untyped?.(fields) : one.type === type,
  );
  const said = at === undefined || at.trim() === '' ? NaN : Number(at);
  return {
    id,
    at: Number.isInteger(said) && said >= 0 && said <= LATEST_AT ? said : timeOf(id),
    type: type ?? contract?.type ?? null,
    // As the decoder has it: the key is a field of the data, and `key` a second copy of it.
    key: (contract && fields[contract.key]) ?? key ?? null,
    eventId,
    fields,
  };
}
