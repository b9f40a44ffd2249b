/** Consumer groups: creating one, and keeping how far it is, to create it anew where it had been. */
import { keyBeside } from '../connections.js';
/**
 * Makes sure that the group exists. A new group starts at `offset`: the beginning of the stream
 * for one that never was, the offset it had reached for one that was lost. Since a group begins
 * behind the given id, and events are handled idempotently, too early is safe and too late is not.
 */
export async function ensureGroup(redis, stream, group, offset) {
    await redis.xgroup('CREATE', stream, group, offset ?? '0', 'MKSTREAM').catch(ignoreExisting);
}
/**
 * Makes sure that the group exists, on a stream that is there already.
 *
 * @throws Error where there is no such stream
 */
export async function requireGroup(redis, stream, group) {
    await redis.xgroup('CREATE', stream, group, '0').catch(ignoreExisting);
}
function ignoreExisting(error) {
    if (!error.message.startsWith('BUSYGROUP'))
        throw error;
}
/** Whether Redis says that there is no such group, or no such stream. */
export function isNoGroup(error) {
    return error instanceof Error && error.message.startsWith('NOGROUP');
}
/** `keyOf` gives the key of a stream in Redis. */
export function createGroupOffsets(redis, keyOf) {
    // They are lost and rolled back with the stream: an offset that it has not reached would skip entries.
    const key = (stream) => keyBeside(keyOf(stream), 'positions');
    return {
        store: (stream, offsets) => redis.hset(key(stream), offsets),
        of: (stream, group) => redis.hget(key(stream), group),
        all: async (stream) => new Map(Object.entries(await redis.hgetall(key(stream)))),
        forget: (stream, group) => redis.hdel(key(stream), group),
    };
}
