/** Consumer groups: creating one, and keeping how far it is, to create it anew where it had been. */
import { type RedisClient } from '../connections.ts';
/**
 * Makes sure that the group exists. A new group starts at `offset`: the beginning of the stream
 * for one that never was, the offset it had reached for one that was lost. Since a group begins
 * behind the given id, and events are handled idempotently, too early is safe and too late is not.
 */
export declare function ensureGroup(redis: RedisClient, stream: string, group: string, offset: string | null): Promise<void>;
/**
 * Makes sure that the group exists, on a stream that is there already.
 *
 * @throws Error where there is no such stream
 */
export declare function requireGroup(redis: RedisClient, stream: string, group: string): Promise<void>;
/** Whether Redis says that there is no such group, or no such stream. */
export declare function isNoGroup(error: unknown): boolean;
/** How far each group is, kept beside its stream for the day that Redis loses the group. */
export interface GroupOffsets {
    /** Stores the offsets of groups of a stream. */
    store(stream: string, offsets: Readonly<Record<string, string>>): Promise<unknown>;
    of(stream: string, group: string): Promise<string | null>;
    /** The offsets of a stream by their groups. */
    all(stream: string): Promise<Map<string, string>>;
    forget(stream: string, group: string): Promise<unknown>;
}
/** `keyOf` gives the key of a stream in Redis. */
export declare function createGroupOffsets(redis: RedisClient, keyOf: (stream: string) => string): GroupOffsets;
