import type { Log } from './observer.ts';
/** Waits for an event for `ms` at most. Gives whether it came by then. */
export declare function atMost(ms: number, event: Promise<unknown>): Promise<boolean>;
/** A task that runs again and again, never twice at once, and survives its own failures. */
export interface Periodic {
    start(): void;
    /** Resolves when the round that is under way has ended; no other follows. */
    stop(): Promise<void>;
    /** Why the last round failed, or undefined. */
    failing(): string | undefined;
}
/** Runs `work` at once and then `everyMs` after each round. A failing streak is logged once. */
export declare function periodic(options: {
    everyMs: number | (() => number);
    work: () => Promise<unknown>;
    what: string;
    log: Log;
}): Periodic;
