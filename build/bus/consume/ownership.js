/**
 * The ownership check: a process that stood still (SIGSTOP, a paused machine) may have lost entries to
 * others without knowing, and must not begin them.
 */
import { renew } from '../recover/pending-entries.js';
/** Where Redis cannot say whose entries are, it is asked again so often in a claim time. */
const RETRIES = 10;
/** An entry that nobody has renewed for `claimIdleMs` may be another consumer's. */
export function createOwnership(options) {
    const { ref, inFlight, claimIdleMs } = options;
    const safeMs = claimIdleMs / 2;
    let renewedAt = Date.now();
    /** Up to when what is in flight is known to have been ours. */
    let ownedAt = renewedAt;
    function markLost(entryIds) {
        for (const entryId of entryIds) {
            const entry = inFlight.get(entryId);
            if (entry)
                entry.owned = false;
        }
    }
    return {
        retryMs: claimIdleMs / RETRIES,
        async keepOurs(batch) {
            if (ownedAt <= Date.now() - safeMs) {
                // Also what was just received: its delivery may have waited here while the process stood still.
                const entries = batch.filter(({ settle }) => !settle);
                markLost(await renew(ref, entries.map(({ entryId }) => entryId)));
            }
            if (batch.every(({ owned }) => owned))
                return batch;
            inFlight.release(batch.filter(({ owned }) => !owned).map(({ entryId }) => entryId));
            return batch.filter(({ owned }) => owned);
        },
        renewed(at, lost) {
            // After a late one, that of what was received meanwhile is not known: it came too late to be renewed.
            ownedAt = at - renewedAt > safeMs ? at - safeMs : at;
            renewedAt = at;
            markLost(lost);
        },
    };
}
