/** Who has acknowledged which entries: for each group of a stream, by one question for a page of entries. */
import type { RedisClient } from '../connections.ts';
import { deadLetterStream } from '../recover/dead-letter.ts';
import { compareIds } from '../replies.ts';

/** Groups that are told apart at most: a stream has a few. */
export const MAX_GROUPS = 50;
/** Dead letters of a group that are looked through for the entries, and their bytes: more would take long. */
const MAX_LETTERS = 500;
const MAX_LETTER_BYTES = 262_144;

/** Where an entry is on its way through a group. */
export interface DeliveryState {
  group: string;
  /**
   * `waiting`: not given to the group yet; `pending`: given to a consumer and not acknowledged;
   * `dead-lettered`: acknowledged, as it became a dead letter that is still there.
   */
  state: 'waiting' | 'pending' | 'acknowledged' | 'dead-lettered';
  /** Of a pending one: who has it, how often it was delivered, and for how long it was not renewed, in ms. */
  consumer?: string;
  deliveries?: number;
  idleMs?: number;
}

/** A dead letter is younger than its entry: so the look begins at the first of these. */
const LOOK = `
local count = tonumber(ARGV[1])
local most, max = tonumber(ARGV[2]), tonumber(ARGV[3])
local ids, wanted = {unpack(ARGV, 4 + count)}, {}
for _, id in ipairs(ids) do wanted[id] = true end
local infos = {}
for _, list in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local info = {}
  for i = 1, #list, 2 do info[list[i]] = list[i + 1] end
  infos[info.name] = info
end
local function deadOnes(key)
  local dead, from, looked, bytes = {}, ids[1], 0, 0
  while looked < most and bytes < max do
    local letters = redis.call('XRANGE', key, from, '+', 'COUNT', 10)
    for _, letter in ipairs(letters) do
      for i = 1, #letter[2], 2 do
        bytes = bytes + #letter[2][i + 1]
        if letter[2][i] == 'originId' and wanted[letter[2][i + 1]] then dead[#dead + 1] = letter[2][i + 1] end
      end
      from = '(' .. letter[1]
    end
    looked = looked + #letters
    if #letters < 10 then break end
  end
  return dead
end
local groups = {}
for g = 1, count do
  local group = ARGV[3 + g]
  local info = infos[group]
  if not info then groups[g] = false
  else
    local pending = {}
    for i, id in ipairs(ids) do
      pending[i] = info.pending > 0 and redis.call('XPENDING', KEYS[1], group, id, id, 1)[1] or false
    end
    groups[g] = {info['last-delivered-id'], pending, deadOnes(KEYS[1 + g])}
  end
end
return groups`;

type PendingRow = [id: string, consumer: string, idleMs: number, deliveries: number];
type Answer = [lastDelivered: string, pending: (PendingRow | null)[], dead: string[]] | null;

/** Gives for each id, in their order, where the entry is in each of the groups; one that is gone is left out. */
export async function deliveriesOf(
  redis: RedisClient,
  stream: string,
  groups: readonly string[],
  ids: readonly string[],
): Promise<DeliveryState[][]> {
  if (groups.length === 0 || ids.length === 0) return ids.map(() => []);
  const some = groups.slice(0, MAX_GROUPS);
  const ascending = ids.toSorted(compareIds);
  const answers = (await redis.eval(
    LOOK,
    1 + some.length,
    stream,
    ...some.map((group) => deadLetterStream(stream, group)),
    some.length,
    MAX_LETTERS,
    MAX_LETTER_BYTES,
    ...some,
    ...ascending,
  )) as Answer[];
  return ids.map((id) => {
    const i = ascending.indexOf(id);
    return some.flatMap((group, g) => {
      const answer = answers[g];
      return answer ? [{ group, ...stateOf(id, i, answer) }] : [];
    });
  });
}

function stateOf(
  id: string,
  i: number,
  [lastDelivered, pending, dead]: NonNullable<Answer>,
): Omit<DeliveryState, 'group'> {
  const row = pending[i];
  if (row) return { state: 'pending', consumer: row[1], idleMs: row[2], deliveries: row[3] };
  // What was set back is given once more, though it was acknowledged before.
  if (compareIds(id, lastDelivered) > 0) return { state: 'waiting' };
  return { state: dead.includes(id) ? 'dead-lettered' : 'acknowledged' };
}
