/** The entries of one stream in an answer to XREAD or XREADGROUP; null where none came in time. */
export function entriesOf(reply) {
    return reply?.[0]?.[1] ?? [];
}
/** @throws ReplyError where there is no such stream */
export async function readStreamInfo(redis, key) {
    const row = pairs(await redis.xinfo('STREAM', key));
    return { length: Number(row['length']), lastId: String(row['last-generated-id']) };
}
export async function readGroups(redis, key) {
    const rows = (await redis.xinfo('GROUPS', key));
    return rows.map(pairs).map((row) => ({
        group: String(row['name']),
        consumers: Number(row['consumers']),
        pending: Number(row['pending']),
        lastDelivered: String(row['last-delivered-id']),
        lag: row['lag'] === null ? null : Number(row['lag']),
    }));
}
export async function readConsumers(redis, key, group) {
    const rows = (await redis.xinfo('CONSUMERS', key, group));
    return rows
        .map(pairs)
        .map((row) => ({ consumer: String(row['name']), idleMs: Number(row['idle']) }));
}
/** What XPENDING gives of a group: how many entries are pending, and the first of them. */
export async function readPending(redis, key, group) {
    const [count, first] = (await redis.xpending(key, group));
    return { count, first };
}
/** How often entries of a consumer were delivered, from the id `from` to the id `to`, both included. */
export async function readDeliveries(redis, key, group, consumer, range) {
    const deliveries = new Map();
    for (let at = range.from;;) {
        const reply = await redis.xpending(key, group, at, range.to, PENDING_ROWS, consumer);
        const rows = reply;
        for (const [id, , , count] of rows)
            deliveries.set(id, count);
        if (rows.length < PENDING_ROWS)
            return deliveries;
        at = `(${rows.at(-1)[0]}`;
    }
}
/** Rows that one XPENDING gives at most. */
const PENDING_ROWS = 1000;
/**
 * Claims up to `count` entries that were idle for `idleMs`, from the id `from` on. Gives them, how many
 * pending ones were not in the stream any more, and where to go on.
 */
export async function autoclaim(redis, key, group, consumer, { idleMs, from, count }) {
    const reply = await redis.xautoclaim(key, group, consumer, idleMs, from, 'COUNT', count);
    const [next, entries, deleted] = reply;
    return {
        next,
        entries: entries.filter((entry) => entry !== null),
        trimmed: deleted?.length ?? 0,
    };
}
/** The flat list of names and values that XINFO gives, as an object. */
function pairs(list) {
    const values = list;
    return Object.fromEntries(Array.from({ length: values.length / 2 }, (_, i) => [String(values[2 * i]), values[2 * i + 1]]));
}
/** The largest number that each part of an id may have. */
const LARGEST = '18446744073709551615';
/** Below, at or above zero as the id `a` comes before, is, or comes after `b`. */
export function compareIds(a, b) {
    const [aMs = '0', aSequence = '0'] = a.split('-');
    const [bMs = '0', bSequence = '0'] = b.split('-');
    return compareDigits(aMs, bMs) || compareDigits(aSequence, bSequence);
}
/** Of numbers that a JavaScript number may not hold exactly, without leading zeros. */
function compareDigits(a, b) {
    if (a.length !== b.length)
        return a.length - b.length;
    return a === b ? 0 : a < b ? -1 : 1;
}
/** The id just before another. */
export function idBefore(id) {
    const [ms = 0n, sequence = 0n] = id.split('-').map(BigInt);
    if (sequence > 0n)
        return `${ms}-${sequence - 1n}`;
    return ms > 0n ? `${ms - 1n}-${LARGEST}` : '0-0';
}
/** The time of an id, in ms since the epoch by the clock of Redis. */
export function timeOf(id) {
    return Number(id.split('-')[0]);
}
