import { compareIds } from '../replies.js';
/**
 * Removes entries that every group has acknowledged and that the retention does not ask for. `offsets`
 * are those of groups that are gone and may come back. Redis removes whole nodes of a stream, so a
 * few more may stay. Gives how many went.
 */
export async function trim(redis, key, { length, groups }, { maxLength, maxAgeMs }, offsets = []) {
    if (groups.length === 0)
        return 0;
    const [floor] = [...groups.map(({ acknowledgedUpTo }) => acknowledgedUpTo), ...offsets].toSorted(compareIds);
    let removed = 0;
    if (length > maxLength)
        removed += await redis.xtrim(key, 'MINID', '~', floor, 'LIMIT', length - maxLength);
    if (maxAgeMs > 0) {
        const oldest = `${Date.now() - maxAgeMs}-0`;
        removed += await redis.xtrim(key, 'MINID', '~', compareIds(floor, oldest) < 0 ? floor : oldest, 'LIMIT', 0);
    }
    return removed;
}
