import { asError } from '../errors.js';
import { createClaimer } from '../recover/claimer.js';
import { replayDeadLetters } from '../recover/dead-letter-list.js';
import { createDeadLetterWriter } from '../recover/dead-letters.js';
import { handBack, removeConsumer } from '../recover/pending-entries.js';
import { atMost } from '../timing.js';
import { createAcknowledger } from './acknowledger.js';
import { createExecutor } from './executor.js';
import { createInFlight } from './in-flight.js';
import { createKeyedQueue } from './keyed-queue.js';
import { createOwnership } from './ownership.js';
import { createReader } from './reader.js';
import { createReceiver, createRouter, createSkipReport } from './router.js';
/** Entries that a stopping consumer hands back look idle for this long, in ms: a day. */
const HANDED_BACK_IDLE_MS = 86_400_000;
export function createSubscription(subscription) {
    const { stream, key, group, consumer, commands, options, log } = subscription;
    const ref = { redis: commands, stream: key, group, consumer };
    const { reader, claimer, queue, executor, acknowledger, inFlight, route } = assemble(subscription, ref);
    return {
        stream,
        group,
        async start() {
            await subscription.restoreGroup();
            reader.start();
            claimer.start();
        },
        async stop() {
            inFlight.close();
            const drained = queue.stop();
            await Promise.all([reader.stop(), claimer.stop()]);
            await atMost(options.drainMs, drained);
            await acknowledger.close();
            try {
                await handBack(ref, inFlight.ids(), HANDED_BACK_IDLE_MS);
                await removeConsumer(ref);
            }
            catch (error) {
                log.warn({ err: asError(error), stream, group }, 'entries could not be handed back; others claim them when idle');
            }
        },
        replay: (deadLetters) => replayDeadLetters(deadLetters, ref, route, queue),
        failing: () => reader.failing() ?? claimer.failing() ?? executor.failing(),
    };
}
/** Makes the parts of a subscription, each with what comes behind it on the way of an entry. */
function assemble(subscription, ref) {
    const { stream, group, listeners, contracts, options, observer, log } = subscription;
    const where = { stream, group };
    const inFlight = createInFlight(options);
    const acknowledger = createAcknowledger({ ref, inFlight, log });
    const deadLetters = createDeadLetterWriter({ ...subscription, ref, where, inFlight });
    const ownership = createOwnership({ ref, inFlight, claimIdleMs: options.claimIdleMs });
    const executor = createExecutor({
        ...subscription,
        ref,
        where,
        ownership,
        acknowledger,
        deadLetters,
    });
    const queue = createKeyedQueue({
        concurrency: options.concurrency,
        batch: options.handlerBatch,
        run: (batch) => executor.execute(batch),
    });
    const route = createRouter(stream, listeners);
    const receiver = createReceiver({
        route,
        reportSkip: createSkipReport({ contracts, where, observer, log }),
        policy: options,
        inFlight,
        queue,
        acknowledger,
        deadLetters,
    });
    const reader = createReader({ ...subscription, ref, inFlight, queue, receiver });
    const claimer = createClaimer({ ...subscription, ref, where, inFlight, ownership, receiver });
    return { reader, claimer, queue, executor, acknowledger, inFlight, route };
}
