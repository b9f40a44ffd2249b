/**
 * An observer of acknowledgements: while everything runs and breaks, it looks at entries that their
 * group has just acknowledged, and whether their effect is stored by then.
 */
import type { RedisClient } from '../../src/bus/index.ts';
import type { MongoClient } from 'mongodb';
import { pause } from '../../engines/launch.ts';
import { compareIds } from '../../src/bus/replies.ts';
import { withoutEffect } from './effects.ts';
import { toEntry, type Entry } from './fields.ts';
import { MARK } from './poison.ts';
import { GROUPS } from './topology.ts';

/** The pause between two looks, in ms, and how many of the newest entries one look takes in. */
const LOOK_MS = 200;
const REACH = 60;

/** An acknowledgement that came before its effect. */
export interface Premature {
  detail: string;
  orderId: string;
}

export interface Observer {
  readonly premature: Premature[];
  /** Acknowledgements that were looked at. */
  readonly seen: number;
  stop(): Promise<void>;
}

/** Begins to look. Rounds in which an engine is away are left out. */
export function startObserver(redis: RedisClient, mongodb: MongoClient): Observer {
  const stopping = new AbortController();
  const premature: Premature[] = [];
  const known = new Set<string>();

  async function run(): Promise<void> {
    do {
      for (const { stream, group } of GROUPS) await look(stream, group).catch(() => undefined);
    } while (await pause(LOOK_MS, stopping.signal));
  }

  async function look(stream: string, group: string): Promise<void> {
    const fresh = (await acknowledged(redis, stream, group)).filter(
      ({ id }) => !known.has(`${group} ${id}`),
    );
    for (const [type, entries] of Map.groupBy(fresh, ({ fields }) => fields['type'] ?? '')) {
      const orderIds = [...new Set(entries.map(({ fields }) => fields['orderId'] ?? ''))];
      for (const orderId of await withoutEffect(mongodb, group, type, orderIds)) {
        const { id } = entries.find(({ fields }) => fields['orderId'] === orderId)!;
        premature.push({
          detail: `${group} acknowledged ${stream} ${id}, ${type} of ${orderId}, without its effect`,
          orderId,
        });
      }
      for (const { id } of entries) known.add(`${group} ${id}`);
    }
  }

  const running = run();
  return {
    premature,
    get seen() {
      return known.size;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/**
 * The newest entries that the group was given and does not hold any more. Asked for as one, since
 * between two commands the group may be destroyed and made anew at an earlier place.
 */
async function acknowledged(redis: RedisClient, stream: string, group: string): Promise<Entry[]> {
  const replies = await redis
    .multi()
    .xinfo('GROUPS', stream)
    .xrevrange(stream, '+', '-', 'COUNT', REACH)
    .xpending(stream, group, '-', '+', 10_000)
    .exec();
  const [groups, entries, pending] = (replies ?? []).map(([error, reply]) => {
    if (error) throw error;
    return reply;
  }) as [unknown[][], [string, string[]][], [string][]];
  const row = groups.find((one) => one[one.indexOf('name') + 1] === group);
  if (!row) return [];
  const last = String(row[row.indexOf('last-delivered-id') + 1]);
  const held = new Set(pending.map(([id]) => id));
  return entries
    .map(toEntry)
    .filter(({ id, fields }) => compareIds(id, last) <= 0 && !held.has(id) && !fields[MARK]);
}
