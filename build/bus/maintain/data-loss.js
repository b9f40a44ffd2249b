import { keyBeside } from '../connections.js';
import { compareIds, readStreamInfo } from '../replies.js';
/** How far before the last heartbeat events are published again: a process may have stood still, in ms. */
const MARGIN_MS = 30_000;
/** Likewise after a flush, before what every group had handled: an outbox may have been late, in ms. */
const FLUSH_MARGIN_MS = 60_000;
/** What tells one run of a server from another, in INFO: of the server, and of what it replicates. */
const RUN_ID = /^(?:run_id|master_replid):\S+/gm;
/**
 * A key beside the stream, the epoch, is counted up and dated by every heartbeat: in a cluster too it is on
 * the server that has the stream, so it vanishes and is rolled back with it. A stream that has moved to
 * another server looks as if that had taken over. `lastPublished` gives the newest id that Redis has
 * confirmed to this process: a stream that ends before it was rolled back too. A server that was restarted,
 * or took over from another, may lack the newest entries although others came since. `handledUpTo` gives the
 * time, in ms since the epoch, up to which every group had handled the stream; 0 where this process does
 * not know.
 *
 * The first answer is always a time: what happened before this process began, say the last second
 * before a power cut, it cannot know.
 */
export function createLossDetector(redis, stream, lastPublished, handledUpTo = () => 0) {
    const epoch = keyBeside(stream, 'marker');
    /** The newest confirmed id at the last loss: that it is missing is known, and made good. */
    let knownMissing;
    /** The count of the last heartbeat, and the run of the server in which it was looked at or given. */
    let counted = 0;
    let runId;
    /** Since when events are to be published again, until that is done: it may fail, and be tried again. */
    let from;
    /** Takes in that events may be missing since a heartbeat; undefined: since any. */
    function missingSince(heartbeat) {
        const since = heartbeat === undefined ? handledUpTo() - FLUSH_MARGIN_MS : heartbeat - MARGIN_MS;
        from = Math.max(0, Math.min(from ?? Infinity, since));
    }
    return {
        async republishFrom() {
            // Before the question: what is confirmed later may be missing later.
            const published = lastPublished();
            const [answers, now] = await ask(redis.pipeline().hmget(epoch, 'count', 'at'));
            const [count, at] = answers[0];
            const rolledBack = await isMissing(published);
            if (rolledBack)
                knownMissing = published;
            if (count === null)
                missingSince(undefined);
            else if (rolledBack || runId !== now || Number(count) < counted)
                missingSince(Number(at));
            else
                return from;
            counted = Number(count);
            runId = now;
            return from;
        },
        async heartbeat(publishedUpTo) {
            const beat = redis.pipeline().hget(epoch, 'at').hincrby(epoch, 'count', 1);
            if (publishedUpTo !== undefined)
                beat.hset(epoch, 'at', publishedUpTo);
            const [[earlier, counting], now] = await ask(beat);
            const count = Number(counting);
            from = undefined;
            // Redis may have been flushed, or another may have taken over, since it was looked at: then
            // this call has begun the count anew, or dated what it does not know.
            if (count <= counted)
                missingSince(undefined);
            else if (runId !== now)
                missingSince(Number(earlier));
            counted = count;
            runId = now;
        },
    };
    async function isMissing(published) {
        if (published === undefined || published === knownMissing)
            return false;
        return compareIds(await lastId(), published) < 0;
    }
    async function lastId() {
        if ((await redis.exists(stream)) === 0)
            return '0-0';
        return (await readStreamInfo(redis, stream)).lastId;
    }
}
/**
 * Gives the answers to questions, and the run of the server that gave them. Asked last, a run that begins
 * between two of them is seen as another.
 */
async function ask(questions) {
    const results = (await questions.info('server', 'replication').exec()) ?? [];
    const answers = results.map(([error, answer]) => error ?? answer);
    const info = answers.pop();
    const failure = answers.find((answer) => answer instanceof Error);
    if (failure)
        throw failure;
    // Where INFO is forbidden, every run looks the same.
    return [answers, typeof info === 'string' ? (info.match(RUN_ID) ?? []).join(' ') : ''];
}
