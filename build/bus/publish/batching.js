/** Making batches: of what many ask for at the same time (group commit), and of long sequences. */
/** Items in one batch at most. */
const BATCH = 250;
/**
 * Makes a function that does one item in company. Items that come in one turn of the event loop, or
 * while a batch is under way, make up the next batch; a lone one waits for nobody.
 *
 * @param work does a batch; gives the result of each item, or its error, in their order
 * @returns gives the result of the item; rejects with its error, or with that of the whole batch
 */
export function groupCommit(work) {
    let waiting = [];
    let running = false;
    async function run() {
        await new Promise((resolve) => setImmediate(resolve));
        while (waiting.length > 0) {
            const batch = waiting.slice(0, BATCH);
            waiting = waiting.slice(BATCH);
            try {
                const results = await work(batch.map(({ item }) => item));
                batch.forEach(({ resolve, reject }, i) => {
                    const result = results[i];
                    if (result instanceof Error)
                        reject(result);
                    else
                        resolve(result);
                });
            }
            catch (error) {
                for (const { reject } of batch)
                    reject(error);
            }
        }
        running = false;
    }
    return (item) => new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (running)
            return;
        running = true;
        void run();
    });
}
/**
 * Gives the items of a long sequence, such as a cursor, in batches of `size`; the last may be smaller, and
 * none is empty.
 */
export async function* chunk(items, size) {
    let batch = [];
    for await (const item of items) {
        batch.push(item);
        if (batch.length < size)
            continue;
        yield batch;
        batch = [];
    }
    if (batch.length > 0)
        yield batch;
}
