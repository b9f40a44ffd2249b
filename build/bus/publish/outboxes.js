import { periodic } from '../timing.js';
import { createOutbox } from './outbox.js';
export function createOutboxes(dependencies) {
    const { publisher, log } = dependencies;
    const { sweepEveryMs, sweepAfterMs } = dependencies.options;
    const outboxes = [];
    let publishedUpTo;
    async function sweep() {
        const began = Date.now();
        for (const outbox of outboxes)
            await outbox.sweep();
        if (outboxes.every(({ drained }) => drained))
            publishedUpTo = began - sweepAfterMs;
    }
    return {
        open(collection, stream) {
            const untyped = collection;
            const outbox = createOutbox({ collection: untyped, stream, publisher, log, sweepAfterMs });
            outboxes.push(outbox);
            return outbox;
        },
        sweeper: periodic({ everyMs: sweepEveryMs, work: sweep, what: 'sweeping the outboxes', log }),
        publishedUpTo: () => publishedUpTo,
        close: async () => void (await Promise.all(outboxes.map((outbox) => outbox.close()))),
    };
}
