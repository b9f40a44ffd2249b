import type { Log, Subscribed } from '../observer.ts';
/** Asks whether the stores take writes; what was asked a moment ago is not asked again. */
export type StoreCheck = () => Promise<boolean>;
/** `write` writes to every store and rejects where one does not take it: in some outages reads go on. */
export declare function createStoreCheck(write: () => Promise<unknown>): StoreCheck;
/** The outage that a subscription is in, reported once when it begins, lasts for too long, and ends. */
export interface StoreOutage {
    /** Takes in that an entry waits for a store, for too long already where it is `overdue`. */
    deferred(about: object, error: Error, overdue: boolean): void;
    /** Takes in that a batch was handled without a failure. */
    handled(): void;
    /** That entries have waited for a store for too long, or undefined. */
    failing(): string | undefined;
}
export declare function createStoreOutage(where: Subscribed, log: Log): StoreOutage;
