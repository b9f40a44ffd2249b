/**
 * Order by key, parallel across keys: items with the same key run one after another, the first ones of
 * all keys run together in batches, up to a bound.
 */
export function createKeyedQueue(options) {
    /** The last of the items of each key that are not done; the first is ready, running or deferred. */
    const lasts = new Map();
    /** First items of keys. They are due when they have waited for company. */
    const ready = new Map();
    const timers = new Set();
    let idle;
    let running = 0;
    let stopped = false;
    function later(ms, work) {
        if (stopped)
            return;
        const timer = setTimeout(() => {
            timers.delete(timer);
            work();
            pump();
        }, ms);
        timers.add(timer);
    }
    function makeReady(item) {
        const { batching } = item;
        let first = ready.get(batching);
        if (!first) {
            const opened = { items: [], due: batching.lingerMs === 0 };
            if (!opened.due)
                later(batching.lingerMs, () => (opened.due = true));
            ready.set(batching, (first = opened));
        }
        first.items.push(item);
    }
    function pump() {
        for (const [batching, first] of ready) {
            if (stopped || running >= options.concurrency)
                return;
            if (!first.due && first.items.length < options.batch)
                continue;
            const batch = take(first.items, batching);
            // Put back at the end, so that they take turns.
            ready.delete(batching);
            if (first.items.length > 0)
                ready.set(batching, first);
            running += 1;
            void run(batch);
        }
    }
    function take(items, batching) {
        if (!batching.repeatsKeys)
            return items.splice(0, options.batch);
        const batch = [];
        let keys = 0;
        for (; keys < items.length && batch.length < options.batch; keys += 1) {
            let item = items[keys];
            for (; item?.batching === batching && batch.length < options.batch; item = item.next)
                batch.push(item);
        }
        items.splice(0, keys);
        return batch;
    }
    async function run(batch) {
        const again = await options.run(batch);
        running -= 1;
        /** By key, the last item of the batch that runs again. */
        const kept = new Map();
        for (let i = 0; i < batch.length; i += 1) {
            const item = batch[i];
            const pauseMs = again.size > 0 ? again.get(item) : undefined;
            const before = again.size > 0 ? kept.get(item.key) : undefined;
            if (pauseMs !== undefined) {
                if (!before)
                    later(pauseMs, () => makeReady(item));
                kept.set(item.key, item);
            }
            else if (before) {
                before.next = item.next;
                if (!item.next)
                    lasts.set(item.key, before);
            }
            else if (!item.next)
                lasts.delete(item.key);
            else if (item.next !== batch[i + 1])
                makeReady(item.next);
        }
        pump();
        if (running > 0)
            return;
        idle?.resolve();
        idle = undefined;
    }
    async function whenIdle() {
        if (running > 0)
            await (idle ??= Promise.withResolvers()).promise;
    }
    return {
        add(items) {
            for (const item of items) {
                const last = lasts.get(item.key);
                lasts.set(item.key, item);
                if (last)
                    last.next = item;
                else
                    makeReady(item);
            }
            pump();
        },
        whenIdle,
        stop() {
            stopped = true;
            for (const timer of timers)
                clearTimeout(timer);
            return whenIdle();
        },
    };
}
