/**
 * Order by key, parallel across keys: items with the same key run one after another, the first ones of
 * all keys run together in batches, up to a bound.
 */
/** How items are put together. Those with the same may share a batch. */
export interface Batching {
    /** How long a batch that is not full waits for company, in ms. */
    readonly lingerMs: number;
    /** Whether a batch may hold several items of a key, in their order. */
    readonly repeatsKeys: boolean;
}
export interface Keyed<Item> {
    /** What orders the item. */
    readonly key: string;
    readonly batching: Batching;
    /** The next item with this key; for the queue alone. */
    next?: Item | undefined;
}
export interface KeyedQueueOptions<Item extends Keyed<Item>> {
    concurrency: number;
    batch: number;
    /**
     * Runs a batch. Gives the items that must run again and in how many ms; their keys stay blocked
     * until then. Of several with one key, all behind one that must run again must too, or be dropped.
     * Must not reject.
     */
    run(items: Item[]): Promise<ReadonlyMap<Item, number>>;
}
export interface KeyedQueue<Item extends Keyed<Item>> {
    add(items: readonly Item[]): void;
    /** Resolves when nothing runs. */
    whenIdle(): Promise<void>;
    /** Starts nothing more; resolves when what runs has ended. */
    stop(): Promise<void>;
}
export declare function createKeyedQueue<Item extends Keyed<Item>>(options: KeyedQueueOptions<Item>): KeyedQueue<Item>;
