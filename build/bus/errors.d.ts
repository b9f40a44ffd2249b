/** Thrown by a handler where trying again cannot help: the entry goes to the dead letters at once. */
export declare class UnrecoverableError extends Error {
    readonly code = "UNRECOVERABLE";
}
interface Failed extends Error {
    unavailable?: unknown;
    /** What failed in a transaction of Redis before it was given up. */
    previousErrors?: Error[];
}
/**
 * Whether a store or Redis was away: nothing is wrong with the entry, so such a failure does not
 * count as one of its deliveries. Only the drivers of the stores say so, and errors that are marked
 * `unavailable`: what another server is to blame for, that a handler has asked, counts.
 */
export declare function isUnavailable(error: Failed): boolean;
/** Whether Redis says that the user lacks a right, in a script too. */
export declare function isForbidden(message: string): boolean;
/** Whatever was thrown, as an Error. */
export declare function asError(thrown: unknown): Error;
export {};
