import { asError, isUnavailable } from '../errors.js';
/**
 * Pairs a contract with its handler.
 *
 * @example
 * on(orderAccepted, takePayments, { maxDeliveries: 20, retryMaxMs: 300_000 })
 */
export function on(contract, handle, { lingerMs = 0, ...delivery } = {}) {
    const batching = { lingerMs, repeatsKeys: false };
    // The decoder has validated the events against this very contract before the call.
    return { contract, handle: handle, batching, delivery };
}
/**
 * Pairs several contracts with one handler. Its batches hold events of all that are of one stream, and
 * several with one key, in their order. Where one of them fails, those behind it with its key
 * come again after it, though the handler may have handled them.
 *
 * @example
 * onAll([orderPlaced, orderAccepted, orderPaid], keepHistory, { lingerMs: 20 })
 */
export function onAll(contracts, handle, { lingerMs = 0, ...delivery } = {}) {
    const batching = { lingerMs, repeatsKeys: true };
    return contracts.map((contract) => ({ ...on(contract, handle, delivery), batching }));
}
/** Whether an event is one of the contract. */
export function isOf({ stream, type }, event) {
    return event.type === type && event.stream === stream;
}
/** Some events of a batch failed; those that are not named were handled. */
export class PartialFailure extends Error {
    failures;
    constructor(failures) {
        super(`${failures.size} events of the batch failed`);
        this.failures = failures;
    }
}
/** Makes a batch handler from a handler of one event; the events are handled concurrently. */
export function each(handle) {
    return async (events, context) => {
        const failures = new Map();
        await Promise.all(events.map(async (event) => {
            try {
                await handle(event, context);
            }
            catch (error) {
                failures.set(event, asError(error));
            }
        }));
        if (failures.size > 0)
            throw new PartialFailure(failures);
    };
}
/**
 * Calls the handler with the events. Gives the error of each event that was not handled. Where a
 * batch fails without saying which event was to blame, each is tried by itself, so that one
 * poisoned event does not take its neighbours along; but none behind one with its key that failed. A
 * store that is away fails all alike, unless it is known to answer (`storesAnswer`).
 */
export async function invoke(handle, events, context, storesAnswer = false) {
    try {
        await handle(events, context);
        return new Map();
    }
    catch (thrown) {
        const error = asError(thrown);
        if (error instanceof PartialFailure)
            return error.failures;
        if (events.length === 1 || (isUnavailable(error) && !storesAnswer))
            return new Map(events.map((event) => [event, error]));
    }
    const failures = new Map();
    const blocked = new Set();
    for (const event of events) {
        if (blocked.has(event.key))
            continue;
        for (const [failed, error] of await invoke(handle, [event], context)) {
            failures.set(failed, error);
            blocked.add(event.key);
        }
    }
    return failures;
}
