import type { Redis } from 'ioredis';
import type { RedisClient } from '../connections.ts';
import type { Log } from '../observer.ts';
export interface WatchOptions {
    connect: (key: string) => Redis;
    /** A connection for other commands. */
    commands: RedisClient;
    /** The key of a stream in Redis. */
    keyOf: (stream: string) => string;
    blockMs: number;
    /** How late a read may be before its connection is built anew, in ms. */
    graceMs: number;
    log: Log;
}
export interface Watches {
    /**
     * Calls `notify` after every entry of the stream with the key, and whenever one may have been
     * missed: when reading begins, and when it works again after a failure. Gives the function that ends it.
     */
    watch(stream: string, key: string, notify: () => void): () => void;
    /** Ends reading, whoever watches. */
    close(): void;
}
/** Makes the watches of streams. Each has a connection of its own only while there is a watcher. */
export declare function createWatches(options: WatchOptions): Watches;
