import type { StreamInfo } from './stream-info.ts';
/** A time, in ms since the epoch, and the groups that had handled everything up to it. */
export interface Checkpoint {
    time: number;
    groups: readonly string[];
}
/** Keeps checkpoints for the day that Redis has lost the groups and no process is left that knew them. */
export interface CheckpointStore {
    /** The groups that read the stream, in whatever process. */
    groupsOf(stream: string): readonly string[];
    read(stream: string): Promise<Checkpoint | undefined>;
    write(stream: string, checkpoint: Checkpoint): Promise<void>;
}
export interface Checkpoints {
    /** Takes in what was known before this process began, and who has to have handled the stream. */
    restore(stream: string, known: Checkpoint | undefined, groups: readonly string[]): void;
    /**
     * Takes in how a stream was found, when every event up to `publishedUpTo` was in it (undefined: that
     * is not known). What follows counts once it is confirmed.
     */
    observe(stream: string, info: StreamInfo, publishedUpTo: number | undefined): void;
    /**
     * To be called when Redis is found to have lost nothing since the stream was looked at. Gives the
     * checkpoint, where it is a new one.
     */
    confirm(stream: string): Checkpoint | undefined;
    /** To be called when Redis has lost something: what was found before says nothing any more. */
    reset(stream: string): void;
    /** The time, in ms since the epoch; 0 where it is not known of every group that ever was seen. */
    handledUpTo(stream: string): number;
}
export declare function createCheckpoints(): Checkpoints;
