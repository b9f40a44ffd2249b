/** Makes a delivery of an event that was just received. */
export function createDelivery(event, listener, deliveries, size = 0, settle) {
    const { entryId, key } = event;
    return {
        entryId,
        event,
        key,
        listener,
        batching: listener.batching,
        deliveries,
        receivedAt: Date.now(),
        waitingSince: undefined,
        owned: true,
        settle,
        size,
        next: undefined,
    };
}
export function createInFlight(limits) {
    const { maxInFlight, maxInFlightBytes } = limits;
    const entries = new Map();
    const sizes = createSizes(maxInFlightBytes);
    let bytes = 0;
    let closed = false;
    let freed;
    function capacity() {
        return bytes < maxInFlightBytes ? maxInFlight - entries.size : 0;
    }
    return {
        get: (entryId) => entries.get(entryId),
        add(entryId, held) {
            bytes += held.size;
            entries.set(entryId, held);
        },
        release(entryIds) {
            for (const entryId of entryIds) {
                bytes -= entries.get(entryId)?.size ?? 0;
                entries.delete(entryId);
            }
            if (capacity() > 0)
                freed?.();
        },
        ids: () => [...entries.keys()],
        capacity,
        async waitForCapacity() {
            if (capacity() > 0 || closed)
                return;
            await new Promise((resolve) => (freed = resolve));
            freed = undefined;
        },
        fitting: (count) => sizes.fitting(count, maxInFlightBytes - bytes),
        noteLargest: (size) => sizes.note(size),
        close() {
            closed = true;
            freed?.();
        },
    };
}
/** As long as nothing is known of the entries, so many are taken to fill the memory that there is. */
const FIRST_FIT = 16;
/** The characters of an entry, which stand for its bytes. */
export function sizeOf([, list]) {
    let size = 0;
    for (const text of list)
        size += text.length;
    return size;
}
/**
 * What Redis bounds by number alone is asked for in numbers that fit in memory: entries are taken to be as
 * large as the largest of late. What is small doubles the number that is asked for, what is large lowers
 * it at once.
 */
export function createSizes(maxBytes) {
    let expected = maxBytes / FIRST_FIT;
    return {
        note(largest) {
            expected = Math.max(largest, expected / 2, 1);
        },
        fitting: (count, bytes) => Math.max(1, Math.min(count, Math.floor(bytes / expected))),
    };
}
