/**
 * The outbox in the document: events are stored by the same write as the change they report,
 * published at once, cleared after, and found by a sweep where a crash came in between.
 * A single-document write is atomic on every MongoDB, so nothing else is needed for it.
 */
import { LRUCache } from 'lru-cache';
/** Holds only documents with unpublished events, so that a sweep costs nothing when all is well. */
export const OUTBOX_INDEX = {
    name: 'outbox',
    key: { 'outbox.at': 1 },
    partialFilterExpression: { 'outbox.0': { $exists: true } },
};
/** Documents read by one round of a sweep. */
const SWEEP_BATCH = 500;
/** Documents whose events are cleared by one statement at most. */
const CLEAR_BATCH = 1000;
/** How long published events wait for company, or their document's next write, to be cleared, in ms. */
const CLEAR_DELAY_MS = 1000;
/** How long, in ms, and of how many events at most it is remembered that they were sent from here. */
const SENT_MS = 5000;
const SENT = 10_000;
export function createOutbox(options) {
    const { collection, stream, publisher, log, sweepAfterMs } = options;
    /** Published, but still in their documents: by document. A sweep must not publish them again. */
    const published = new Map();
    /**
     * What was sent lately, by event, with what Redis has confirmed of it: a document that was read
     * before its events were cleared still holds them.
     */
    const recentlySent = new LRUCache({ max: SENT, ttl: SENT_MS });
    // Before sweeps of other processes could take them for left behind.
    const clearDelayMs = Math.min(CLEAR_DELAY_MS, sweepAfterMs / 2);
    let timer;
    let clearing = Promise.resolve();
    let drained = false;
    /** Gives how many events were published, and how many Redis did not confirm. */
    async function publish(documents) {
        const entries = documents.flatMap(({ _id, outbox = [] }) => outbox
            .filter(({ eventId }) => !published.get(_id)?.includes(eventId))
            .map((fields) => ({ _id, fields, eventId: fields.eventId })));
        if (entries.length === 0)
            return { sent: 0, unconfirmed: 0 };
        const earlier = entries.map(({ eventId }) => recentlySent.get(eventId));
        const fresh = entries.filter((_, i) => !earlier[i]);
        const sending = send(fresh.map(({ fields }) => fields));
        for (const { eventId } of fresh)
            recentlySent.set(eventId, sending);
        let unconfirmed = 0;
        for (const [i, { _id, eventId }] of entries.entries()) {
            if (!(await (earlier[i] ?? sending)).has(eventId)) {
                unconfirmed += 1;
                recentlySent.delete(eventId);
                continue;
            }
            const ids = published.get(_id);
            if (!ids)
                published.set(_id, [eventId]);
            else if (!ids.includes(eventId))
                ids.push(eventId);
        }
        if (published.size >= CLEAR_BATCH)
            clearNow();
        else
            clearSoon();
        return { sent: (await sending).size, unconfirmed };
    }
    /** Gives the ids of those that Redis has confirmed. */
    async function send(events) {
        const confirmed = await publisher.publish(stream, events);
        return new Set(events.filter((_, i) => confirmed[i]).map(({ eventId }) => eventId));
    }
    function clearSoon() {
        if (published.size > 0)
            timer ??= setTimeout(clearNow, clearDelayMs);
    }
    function clearNow() {
        clearTimeout(timer);
        timer = undefined;
        clearing = clearing.then(clear);
    }
    async function clear() {
        const batch = [...published.entries().take(CLEAR_BATCH)];
        if (batch.length === 0)
            return;
        const ids = batch.map(([_id]) => _id);
        const eventIds = new Set(batch.flatMap(([, ofDocument]) => ofDocument));
        try {
            // A lost clear only means that an event is published twice, so this need not reach the disk.
            await collection.updateMany({ _id: { $in: ids } }, { $pull: { outbox: { eventId: { $in: [...eventIds] } } } }, { writeConcern: { w: 1, journal: false } });
        }
        catch (error) {
            log.warn({ err: error, documents: ids.length }, 'published events could not be cleared yet');
            return;
        }
        for (const _id of ids) {
            const left = published.get(_id)?.filter((eventId) => !eventIds.has(eventId)) ?? [];
            if (left.length > 0)
                published.set(_id, left);
            else
                published.delete(_id);
        }
        clearSoon();
    }
    async function sweep() {
        drained = false;
        // They wait for nothing only where they could not be cleared.
        if (!timer)
            clearNow();
        await clearing;
        let count = 0;
        for (;;) {
            const left = await collection
                .find({
                'outbox.0': { $exists: true },
                'outbox.at': { $lte: String(Date.now() - sweepAfterMs) },
            }, {
                projection: { outbox: 1 },
                limit: SWEEP_BATCH,
                sort: { 'outbox.at': 1 },
                hint: 'outbox',
            })
                .toArray();
            const { sent, unconfirmed } = await publish(left);
            count += sent;
            drained = unconfirmed === 0;
            if (sent === 0)
                break;
            clearNow();
            await clearing;
        }
        if (count > 0)
            log.info({ stream, events: count }, 'the sweep published events that were left in the outbox');
        return count;
    }
    return {
        async publish(documents) {
            await publish(documents);
        },
        takePublished(id) {
            const eventIds = published.get(id) ?? [];
            published.delete(id);
            return eventIds;
        },
        sweep,
        get drained() {
            return drained;
        },
        async close() {
            for (let left = Infinity; published.size > 0 && published.size < left;) {
                left = published.size;
                clearNow();
                await clearing;
            }
            clearTimeout(timer);
            timer = undefined;
        },
    };
}
