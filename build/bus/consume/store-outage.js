/** Whether the stores are away, as failures of handlers say, or only an entry makes it look so. */
import { setTimeout as delay } from 'node:timers/promises';
/** How long the stores may take to answer, in ms. */
const ANSWER_MS = 2000;
/** How long an answer counts, in ms. */
const COUNTS_MS = 5000;
/** `write` writes to every store and rejects where one does not take it: in some outages reads go on. */
export function createStoreCheck(write) {
    let last;
    async function ask() {
        const written = write().then(() => true, () => false);
        return Promise.race([written, delay(ANSWER_MS, false, { ref: false })]);
    }
    return () => {
        if (!last || Date.now() - last.at > COUNTS_MS)
            last = { at: Date.now(), answer: ask() };
        return last.answer;
    };
}
export function createStoreOutage(where, log) {
    let away = false;
    /** Why the store is away, once that has lasted for too long. */
    let lasting;
    return {
        deferred(about, error, overdue) {
            // One line when it begins, not one for each entry that waits.
            if (!away)
                log.warn(about, 'a store cannot be reached; entries wait for it');
            away = true;
            if (overdue && !lasting)
                log.error(about, 'a store has been away for too long; entries go on waiting for it');
            if (overdue)
                lasting = error;
        },
        handled() {
            if (!away)
                return;
            away = false;
            lasting = undefined;
            log.info(where, 'the store is reached again');
        },
        failing: () => lasting && `${where.stream}: waiting for a store: ${lasting.message}`,
    };
}
