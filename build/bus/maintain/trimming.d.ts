/** Trimming: old entries go, unread ones never. */
import type { RedisClient } from '../connections.ts';
import type { StreamInfo } from './stream-info.ts';
/** How much of a stream is kept although every group has handled it. */
export interface Retention {
    /** Entries that are kept at least. */
    maxLength: number;
    /** The age from which entries may go though the stream is short, in ms; 0: none goes for its age. */
    maxAgeMs: number;
}
/**
 * Removes entries that every group has acknowledged and that the retention does not ask for. `offsets`
 * are those of groups that are gone and may come back. Redis removes whole nodes of a stream, so a
 * few more may stay. Gives how many went.
 */
export declare function trim(redis: RedisClient, key: string, { length, groups }: StreamInfo, { maxLength, maxAgeMs }: Retention, offsets?: readonly string[]): Promise<number>;
