/** A connection that one reader blocks, made anew when it is dead without a sign of it. */
import type { Redis } from 'ioredis';
import { type RedisClient } from '../connections.ts';
export interface BlockingConnection {
    /**
     * Makes a call that may block, when the connection is there; one at a time.
     *
     * @throws Error where the call fails, the connection does not come or the answer does not, in time,
     * and where it is closed meanwhile
     */
    call<T>(command: (redis: Redis) => Promise<T>): Promise<T>;
    /** Ends the wait of the call that blocks, by a command on another connection. */
    unblock(): Promise<void>;
    /** Ends the call that is under way. */
    close(): void;
}
/**
 * Makes a connection for reading the key, opened by the first call and whenever the last one is lost, or
 * the key has moved to another server. A call may take `overdueMs`, its block time included, and twice as
 * long after each that was overdue: where connecting takes longer than that, no call would ever be made.
 */
export declare function openBlockingConnection(options: {
    /** Opens a connection to the server of a key, which does not connect by itself. */
    connect: (key: string) => Redis;
    /** A connection for other commands. */
    commands: RedisClient;
    key: string;
    overdueMs: number;
}): BlockingConnection;
