import { type RedisClient } from '../connections.ts';
export interface LossDetector {
    /**
     * Since when events are to be published again, as they may be missing from Redis, in ms since the epoch
     * (0: all of them), or undefined where none are.
     */
    republishFrom(): Promise<number | undefined>;
    /**
     * To be called when nothing is missing, or what was missing is published again. `publishedUpTo` is
     * the time, in ms since the epoch, up to which every outbox is published; undefined: not known.
     */
    heartbeat(publishedUpTo: number | undefined): Promise<void>;
}
/**
 * A key beside the stream, the epoch, is counted up and dated by every heartbeat: in a cluster too it is on
 * the server that has the stream, so it vanishes and is rolled back with it. A stream that has moved to
 * another server looks as if that had taken over. `lastPublished` gives the newest id that Redis has
 * confirmed to this process: a stream that ends before it was rolled back too. A server that was restarted,
 * or took over from another, may lack the newest entries although others came since. `handledUpTo` gives the
 * time, in ms since the epoch, up to which every group had handled the stream; 0 where this process does
 * not know.
 *
 * The first answer is always a time: what happened before this process began, say the last second
 * before a power cut, it cannot know.
 */
export declare function createLossDetector(redis: RedisClient, stream: string, lastPublished: () => string | undefined, handledUpTo?: () => number): LossDetector;
