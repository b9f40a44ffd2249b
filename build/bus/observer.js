/** What the bus reports of its work: to whoever counts it, and to a log. */
const nothing = () => undefined;
/** Counts nothing. */
export const SILENT = {
    published: nothing,
    handled: nothing,
    retried: nothing,
    deadLettered: nothing,
    deferred: nothing,
    claimed: nothing,
    skipped: nothing,
    trimmed: nothing,
};
