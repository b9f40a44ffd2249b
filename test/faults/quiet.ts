/** Rest: nothing open, nothing unread, nothing pending, nothing that waits to be published or told again. */
import type { RedisClient } from '../../src/bus/index.ts';
import type { MongoClient } from 'mongodb';
import { keyBeside } from '../../src/bus/connections.ts';
import { databaseOf, GROUPS, OUTBOXES, OWNED } from './topology.ts';

/**
 * What is still under way, a phrase each; empty at rest. What Redis has lost may be told again until
 * its owners have looked at every stream since `mendedAt`, in ms since the epoch.
 */
export async function unrest(
  redis: RedisClient,
  mongodb: MongoClient,
  mendedAt: number,
): Promise<string[]> {
  const found = await Promise.all([
    openOrders(mongodb),
    openRefunds(mongodb),
    setAside(mongodb),
    ...OWNED.map((stream) => unwatched(redis, stream, mendedAt)),
    ...GROUPS.map(({ stream, group }) => behind(redis, stream, group)),
    ...OUTBOXES.map(({ database, collection }) => unpublished(mongodb, database, collection)),
  ]);
  return found.filter((what) => what !== undefined);
}

async function unwatched(
  redis: RedisClient,
  stream: string,
  mendedAt: number,
): Promise<string | undefined> {
  const at = Number(await redis.hget(keyBeside(stream, 'marker'), 'at'));
  return at < mendedAt ? `nobody has looked since whether ${stream} lacks events` : undefined;
}

/** How far a group is behind, or undefined where it has handled all. */
export async function behind(
  redis: RedisClient,
  stream: string,
  group: string,
): Promise<string | undefined> {
  const state = await groupState(redis, stream, group);
  if (!state) return `${stream} has no group ${group}`;
  const { pending, unread } = state;
  if (pending === 0 && unread === 0) return undefined;
  return `${stream}, group ${group}: ${pending} pending, ${unread} unread`;
}

/** Counted by the entries themselves, since the lag that Redis keeps may be unknown. */
export async function groupState(
  redis: RedisClient,
  stream: string,
  group: string,
): Promise<{ pending: number; unread: number } | undefined> {
  if ((await redis.exists(stream)) === 0) return undefined;
  const rows = (await redis.xinfo('GROUPS', stream)) as unknown[][];
  const row = rows.find((one) => one[one.indexOf('name') + 1] === group);
  if (!row) return undefined;
  const last = String(row[row.indexOf('last-delivered-id') + 1]);
  const unread = await redis.xrange(stream, `(${last}`, '+', 'COUNT', 1000);
  return { pending: Number(row[row.indexOf('pending') + 1]), unread: unread.length };
}

async function openOrders(mongodb: MongoClient): Promise<string | undefined> {
  const open = await mongodb
    .db(databaseOf('orders'))
    .collection('orders')
    .countDocuments({
      $or: [
        { orderStatusCode: { $in: [1, 2] } },
        { orderStatusCode: 3, 'answers.cancel': { $exists: true } },
      ],
    });
  return open > 0 ? `${open} orders have not ended` : undefined;
}

async function openRefunds(mongodb: MongoClient): Promise<string | undefined> {
  const open = await mongodb
    .db(databaseOf('payments'))
    .collection('payments')
    .countDocuments({ 'refunds.status': 'requested' });
  return open > 0 ? `${open} payments have refunds that were not given` : undefined;
}

async function setAside(mongodb: MongoClient): Promise<string | undefined> {
  const open = await mongodb
    .db(databaseOf('products'))
    .collection('reservations')
    .countDocuments({ decision: 'reserved', end: { $exists: false } });
  return open > 0 ? `for ${open} orders something is set aside` : undefined;
}

async function unpublished(
  mongodb: MongoClient,
  database: string,
  collection: string,
): Promise<string | undefined> {
  const documents = await mongodb
    .db(database)
    .collection(collection)
    .countDocuments({ 'outbox.0': { $exists: true } });
  return documents > 0 ? `${documents} ${collection} hold unpublished events` : undefined;
}
