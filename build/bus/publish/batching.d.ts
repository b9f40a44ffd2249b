/** Making batches: of what many ask for at the same time (group commit), and of long sequences. */
/**
 * Makes a function that does one item in company. Items that come in one turn of the event loop, or
 * while a batch is under way, make up the next batch; a lone one waits for nobody.
 *
 * @param work does a batch; gives the result of each item, or its error, in their order
 * @returns gives the result of the item; rejects with its error, or with that of the whole batch
 */
export declare function groupCommit<Item, Result>(work: (items: Item[]) => Promise<readonly (Result | Error)[]>): (item: Item) => Promise<Result>;
/**
 * Gives the items of a long sequence, such as a cursor, in batches of `size`; the last may be smaller, and
 * none is empty.
 */
export declare function chunk<T>(items: Iterable<T> | AsyncIterable<T>, size: number): AsyncGenerator<T[]>;
