import { inspectStream } from './stream-info.js';
import { periodic } from '../timing.js';
import { trim } from './trimming.js';
/** Where nothing happens, the pauses grow to so many times that between two rounds. */
const QUIET = 5;
/** And of so many such rounds, one leaves a heartbeat: without events, an older one says as much. */
const HEARTBEAT_EVERY = 5;
export function createHousekeeper(housekeeper) {
    const { redis, keyOf, maintained, read, publishedUpTo, options, log } = housekeeper;
    const { offsets, checkpoints, checkpointStore } = housekeeper;
    const stale = new Set();
    /** Groups that are gone, each since when that is known, in ms since the epoch. */
    const gone = new Map();
    /** Streams that were looked at: the first look at one says nothing of data loss. */
    const seen = new Set();
    /** How far every group was at the last look, and how many looks have found that. */
    let foundBefore = '';
    let quiet = 0;
    return periodic({
        everyMs: () => options.housekeepEveryMs * Math.min(1 + quiet, QUIET),
        work,
        what: 'keeping the streams in order',
        log,
    });
    async function work() {
        const quietBefore = quiet;
        // Should this round fail, the next comes soon.
        quiet = 0;
        for (const { losses, recover, stream } of maintained) {
            const since = await losses.republishFrom();
            if (since !== undefined) {
                const level = seen.has(stream) ? 'warn' : 'debug';
                log[level]({ stream, since }, 'events may be missing from Redis: publishing again what is open');
                checkpoints.reset(stream);
                await recover(since);
            }
            else {
                const checkpoint = checkpoints.confirm(stream);
                if (checkpoint)
                    await checkpointStore?.write(stream, checkpoint);
            }
            seen.add(stream);
            if (since !== undefined || quietBefore % HEARTBEAT_EVERY === 0)
                await losses.heartbeat(publishedUpTo());
        }
        const streams = new Set([...maintained, ...read].map(({ stream }) => stream));
        let found = '';
        for (const stream of streams) {
            // Before the look: by then it was all there.
            const published = publishedUpTo();
            const info = await inspectStream(redis, keyOf(stream));
            if (info)
                await maintain(stream, info, published);
            found += ` ${info?.lastId} ${info?.groups.map((group) => group.acknowledgedUpTo).join(' ')}`;
        }
        if (found === foundBefore)
            quiet = quietBefore + 1;
        foundBefore = found;
    }
    async function maintain(stream, info, published) {
        const ours = info.groups.filter(({ group }) => read.some((one) => one.stream === stream && one.group === group));
        const reached = ours.map(({ group, acknowledgedUpTo }) => [group, acknowledgedUpTo]);
        if (ours.length > 0)
            await offsets.store(stream, Object.fromEntries(reached));
        const own = maintained.find((one) => one.stream === stream);
        if (!own)
            return;
        checkpoints.observe(stream, info, published);
        await checkStale(stream, info);
        const kept = await offsetsOfGone(stream, info);
        const removed = await trim(redis, keyOf(stream), info, own.retention, kept);
        if (removed > 0)
            log.debug({ stream, entries: removed }, 'trimmed entries that every group has handled');
    }
    /**
     * A group that was deleted may be created anew where it had been, so what it has not handled stays.
     * One that nobody misses for long was deleted for good.
     */
    async function offsetsOfGone(stream, { groups }) {
        const kept = [];
        for (const [group, offset] of await offsets.all(stream)) {
            const name = `${stream} ${group}`;
            if (groups.some((one) => one.group === group)) {
                gone.delete(name);
                continue;
            }
            const since = gone.get(name) ?? Date.now();
            gone.set(name, since);
            if (Date.now() - since < options.staleGroupMs)
                kept.push(offset);
            else {
                await offsets.forget(stream, group);
                gone.delete(name);
                log.info({ stream, group }, 'a group is gone for good; nothing is kept for it any more');
            }
        }
        return kept;
    }
    /**
     * A group that is not read any more keeps its stream from being trimmed, so somebody must decide. Of a
     * module that has stopped listening to the stream, it is we who know that nobody will read it.
     */
    async function checkStale(stream, { groups }) {
        for (const state of groups) {
            const { group, lag, pending, silentMs } = state;
            const name = `${stream} ${group}`;
            if (!isStale(state, options.staleGroupMs))
                stale.delete(name);
            else if (housekeeper.listening.get(group)?.has(stream) === false) {
                await redis.xgroup('DESTROY', keyOf(stream), group);
                log.info({ stream, group }, 'removed a group whose module listens to the stream no more');
            }
            else if (!stale.has(name)) {
                stale.add(name);
                const command = `redis-cli XGROUP DESTROY ${keyOf(stream)} ${group}`;
                log.warn({ stream, group, lag, pending, silentMs }, `nobody reads this group; if it is not needed any more: ${command}`);
            }
        }
    }
}
/** Whether a group has entries to read and nobody has asked for them for long. */
export function isStale({ lag, pending, silentMs, oldestUnacknowledgedAt }, afterMs) {
    if (lag === 0 && pending === 0)
        return false;
    const waitingMs = oldestUnacknowledgedAt === null ? 0 : Date.now() - oldestUnacknowledgedAt;
    return (silentMs ?? waitingMs) > afterMs;
}
