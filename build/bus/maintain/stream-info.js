import { compareIds, idBefore, readConsumers, readGroups, readPending, readStreamInfo, timeOf, } from '../replies.js';
/** How Redis says that there is no such stream, or no such group of it. */
const GONE = /^(ERR no such key|NOGROUP)/;
/**
 * Reads the state of a stream, or undefined where there is no such stream. What is removed meanwhile
 * counts as not there.
 */
export async function inspectStream(redis, key) {
    return unlessGone(() => inspect(redis, key));
}
async function inspect(redis, key) {
    const { length, lastId } = await readStreamInfo(redis, key);
    // Before the pending entries: what is delivered meanwhile then only makes an offset look older.
    const rows = await readGroups(redis, key);
    const groups = await Promise.all(rows.map((row) => unlessGone(() => inspectGroup(redis, key, row, lagOf(row, length, lastId)))));
    return { length, lastId, groups: groups.filter((group) => group !== undefined) };
}
async function unlessGone(read) {
    try {
        return await read();
    }
    catch (error) {
        if (error instanceof Error && GONE.test(error.message))
            return undefined;
        throw error;
    }
}
/**
 * Redis counts the entries that a group was given, which goes wrong where the count was not kept, say
 * over a restart. It may be too high then, but no higher than what there is.
 */
function lagOf({ lag, lastDelivered }, length, lastId) {
    if (compareIds(lastDelivered, lastId) >= 0)
        return 0;
    return lag === null ? null : Math.min(lag, length);
}
async function inspectGroup(redis, key, { group, consumers, pending, lastDelivered }, lag) {
    const { count, first } = pending === 0 ? { count: 0, first: null } : await readPending(redis, key, group);
    const isDone = count === 0 && lag === 0;
    const idle = isDone ? [] : await readConsumers(redis, key, group);
    const oldest = first ?? (lag === 0 ? null : await firstAfter(redis, key, lastDelivered));
    return {
        group,
        consumers,
        pending: count,
        lag,
        acknowledgedUpTo: first === null || compareIds(lastDelivered, first) < 0 ? lastDelivered : idBefore(first),
        oldestUnacknowledgedAt: oldest === null ? null : timeOf(oldest),
        silentMs: idle.length === 0 ? null : Math.min(...idle.map(({ idleMs }) => idleMs)),
    };
}
async function firstAfter(redis, key, id) {
    const [entry] = await redis.xrange(key, `(${id}`, '+', 'COUNT', 1);
    return entry?.[0] ?? null;
}
