/**
 * Setting a group back: it is given entries again, from a time or an id on. Handlers lead to the same state however
 * often they get an event, so nothing is lost by it; forwards something would be.
 */
import { keyBeside, type RedisClient } from '../connections.ts';
import { compareIds, idBefore, IS_BEFORE, readGroups, type GroupRow } from '../replies.ts';

/** Entries that one step counts at most, and the bytes after which it ends: Redis does nothing else meanwhile. */
const STEP = 1000;
const STEP_BYTES = 1_048_576;

const COUNT = `
local from, to, most, max = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local counted, bytes, size = 0, 0, 1
while counted < most and bytes < max do
  local asked = math.min(size, most - counted)
  local entries = redis.call('XRANGE', KEYS[1], from, to, 'COUNT', asked)
  local before = bytes
  for _, entry in ipairs(entries) do
    for _, text in ipairs(entry[2]) do bytes = bytes + #text end
  end
  counted = counted + #entries
  if #entries < asked then return {counted, false} end
  from = '(' .. entries[#entries][1]
  size = (bytes - before) / #entries < 4096 and math.min(2 * size, 32) or 1
end
return {counted, from}`;

/**
 * The first entry that is given again must be there still: what was trimmed meanwhile was counted. The group's
 * offset is stored with it, for a Redis that loses the group, unless something older is pending.
 */
const REWIND = `${IS_BEFORE}
local group, to, from, first, read = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local last = false
for _, info in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local named = false
  for i = 1, #info, 2 do
    if info[i] == 'name' then named = info[i + 1] == group end
    if info[i] == 'last-delivered-id' and named then last = info[i + 1] end
  end
end
if not last or isBefore(last, from) then return false end
if first ~= '' and #redis.call('XRANGE', KEYS[1], first, first) == 0 then return false end
if read == '' then redis.call('XGROUP', 'SETID', KEYS[1], group, to)
else redis.call('XGROUP', 'SETID', KEYS[1], group, to, 'ENTRIESREAD', read) end
local pending = redis.call('XPENDING', KEYS[1], group)[2]
if not pending or isBefore(to, pending) then redis.call('HSET', KEYS[2], group, to) end
return last`;

/** What setting a group back comes to. */
export interface RewindPlan {
  /** The id up to which the group was given entries. */
  from: string;
  /** The id behind which it goes on. */
  to: string;
  /** Entries behind `to` and up to `from`, which it is given again. */
  entries: number;
  /** The first of them. */
  first: string | null;
  /** Entries that are pending: they stay with their consumers. */
  pending: number;
}

/** What became of setting a group back. */
export type RewindOutcome =
  | { kind: 'gone' }
  /** Entries would never be given to it. */
  | { kind: 'forwards'; from: string; to: string }
  /** It is not as it was when it was looked at. */
  | { kind: 'changed'; plan: RewindPlan }
  /** `entries` are those that it is given again, also such as were given to it since it was looked at. */
  | { kind: 'done'; plan: RewindPlan };

/**
 * Looks what setting the group back would come to; `to` is the id, or the time in ms since the epoch, of the
 * first entry that is given again.
 */
export async function planRewind(
  redis: RedisClient,
  stream: string,
  group: string,
  to: string,
): Promise<Extract<RewindOutcome, { kind: 'gone' | 'forwards' | 'done' }>> {
  const row = await groupRow(redis, stream, group);
  return row ? planFrom(redis, stream, row, behind(to)) : { kind: 'gone' };
}

/** Sets the group back where it is as `expected`, which an earlier look gave. */
export async function rewind(
  redis: RedisClient,
  stream: string,
  group: string,
  to: string,
  expected: Pick<RewindPlan, 'from' | 'entries'>,
): Promise<RewindOutcome> {
  const row = await groupRow(redis, stream, group);
  if (!row) return { kind: 'gone' };
  const looked = await planFrom(redis, stream, row, behind(to));
  if (looked.kind !== 'done') return looked;
  const { plan } = looked;
  // A group that is read goes on meanwhile: what it was given since is given to it again, too.
  const since = await countEntries(redis, stream, expected.from, plan.from);
  const changed: RewindOutcome = { kind: 'changed', plan };
  if (compareIds(plan.from, expected.from) < 0 || plan.entries - since !== expected.entries)
    return changed;
  const read = row.delivered === null ? -1 : row.delivered - plan.entries;
  const last = (await redis.eval(
    REWIND,
    2,
    stream,
    keyBeside(stream, 'positions'),
    group,
    plan.to,
    plan.from,
    plan.first ?? '',
    read < 0 ? '' : read,
  )) as string | null;
  if (last === null) return changed;
  const late = await countEntries(redis, stream, plan.from, last);
  return { kind: 'done', plan: { ...plan, from: last, entries: plan.entries + late } };
}

async function groupRow(redis: RedisClient, stream: string, group: string) {
  return (await readGroups(redis, stream)).find((one) => one.group === group);
}

/** The id behind which an entry is the first; a time is that of the first entry that it may have. */
function behind(to: string): string {
  return to.includes('-') ? idBefore(to) : idBefore(`${to}-0`);
}

async function planFrom(
  redis: RedisClient,
  stream: string,
  { lastDelivered: from, pending }: GroupRow,
  to: string,
): Promise<Extract<RewindOutcome, { kind: 'forwards' | 'done' }>> {
  if (compareIds(to, from) > 0) return { kind: 'forwards', from, to };
  const [first] = await redis.xrange(stream, `(${to}`, from, 'COUNT', 1);
  const entries = await countEntries(redis, stream, to, from);
  return { kind: 'done', plan: { from, to, entries, first: first?.[0] ?? null, pending } };
}

/** Counts the entries behind an id and up to another, in steps between which Redis serves others. */
async function countEntries(
  redis: RedisClient,
  stream: string,
  after: string,
  to: string,
): Promise<number> {
  if (compareIds(after, to) >= 0) return 0;
  let counted = 0;
  for (let from: string | null = `(${after}`; from !== null;) {
    const step = await redis.eval(COUNT, 1, stream, from, to, STEP, STEP_BYTES);
    const [entries, next] = step as [number, string | null];
    counted += entries;
    from = next;
  }
  return counted;
}
