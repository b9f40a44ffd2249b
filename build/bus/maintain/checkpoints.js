/**
 * Checkpoints: up to when every group of a stream has handled what there was. A candidate is a look at the
 * stream when every event up to a time was in it; once every group has acknowledged all that was there
 * then, nothing up to that time is needed any more, whatever Redis loses.
 */
import { compareIds } from '../replies.js';
export function createCheckpoints() {
    const confirmed = new Map();
    const unconfirmed = new Map();
    const seen = new Map();
    /** Those that are not reached yet: the one that is next, and the newest. */
    const candidates = new Map();
    function see(stream, groups) {
        seen.set(stream, new Set([...(seen.get(stream) ?? []), ...groups]));
    }
    return {
        restore(stream, known, groups) {
            see(stream, groups);
            if (known)
                confirmed.set(stream, known);
        },
        observe(stream, { lastId, groups }, publishedUpTo) {
            const names = groups.map(({ group }) => group);
            see(stream, names);
            const [next, newest] = candidates.get(stream) ?? [];
            const here = publishedUpTo === undefined ? newest : { publishedUpTo, lastId };
            const open = [next, here].filter((one) => one !== undefined);
            const isReached = (candidate) => groups.length > 0 &&
                groups.every(({ acknowledgedUpTo }) => compareIds(acknowledgedUpTo, candidate.lastId) >= 0);
            const reached = open.findLast(isReached);
            candidates.set(stream, reached ? open.slice(open.indexOf(reached) + 1) : open);
            if (reached)
                unconfirmed.set(stream, { time: reached.publishedUpTo, groups: names });
        },
        confirm(stream) {
            const checkpoint = unconfirmed.get(stream);
            unconfirmed.delete(stream);
            if (checkpoint)
                confirmed.set(stream, checkpoint);
            return checkpoint;
        },
        reset(stream) {
            unconfirmed.delete(stream);
            candidates.delete(stream);
        },
        handledUpTo(stream) {
            const { time, groups } = confirmed.get(stream) ?? { time: 0, groups: [] };
            // One that came later, or is gone and may come back, has handled nothing as far as is known.
            return [...(seen.get(stream) ?? [])].every((group) => groups.includes(group)) ? time : 0;
        },
    };
}
