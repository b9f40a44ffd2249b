/** The bus of one process: its publisher, its outboxes, its subscriptions, started and stopped as one. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { duplicateForBlocking, probeServers } from './connections.js';
import { createDeadLetters } from './recover/dead-letter-list.js';
import { createFailureLog } from './recover/failure-log.js';
import { ensureGroup } from './maintain/group-offsets.js';
import { createCheckpoints } from './maintain/checkpoints.js';
import { DEFAULT_BUS_OPTIONS } from './options.js';
import { createOutboxes } from './publish/outboxes.js';
import { createHousekeeper } from './maintain/housekeeper.js';
import { createLossDetector } from './maintain/data-loss.js';
import { SILENT } from './observer.js';
import { createGroupOffsets } from './maintain/group-offsets.js';
import { createPublisher } from './publish/publisher.js';
import { createStoreCheck } from './consume/store-outage.js';
import { inspectStream } from './maintain/stream-info.js';
import { createReplays } from './replay/replays.js';
import { createSubscription } from './consume/subscription.js';
import { createWatches } from './consume/watch.js';
/** Makes a bus; it is started when all has been subscribed. */
export function createBus(bus) {
    const { connections, keyPrefix = '', contracts = [], observer = SILENT, log } = bus;
    const options = { ...DEFAULT_BUS_OPTIONS, ...bus.options };
    const { checkpointStore, listening = new Map() } = bus;
    const { commands, blocking = (key) => duplicateForBlocking(commands, key) } = connections;
    const keyOf = (stream) => `${keyPrefix}${stream}`;
    const publisher = createPublisher(commands, keyOf, observer, log);
    const outboxes = createOutboxes({ publisher, options, log });
    const failures = createFailureLog(commands, (key) => keyOf(`millrace:bus:failures:${key}`), log);
    const watches = createWatches({
        connect: blocking,
        commands,
        keyOf,
        blockMs: options.blockMs,
        graceMs: options.readGraceMs,
        log,
    });
    const offsets = createGroupOffsets(commands, keyOf);
    const checkpoints = createCheckpoints();
    const subscriptions = [];
    const maintained = [];
    const housekeeper = createHousekeeper({
        redis: commands,
        keyOf,
        maintained,
        read: subscriptions,
        listening,
        offsets,
        checkpoints,
        ...(checkpointStore && { checkpointStore }),
        publishedUpTo: () => outboxes.publishedUpTo(),
        options,
        log,
    });
    const open = createOpening({ ...bus, connections: { commands, blocking }, options }, keyOf, failures);
    const replays = createReplays({ redis: commands, keyOf, open });
    const all = () => [...subscriptions, ...replays.subscriptions];
    const streams = () => [
        ...new Set([...maintained, ...subscriptions].map(({ stream }) => stream)),
    ];
    let stopped;
    async function start() {
        if (checkpointStore)
            for (const { stream } of maintained)
                checkpoints.restore(stream, await checkpointStore.read(stream), checkpointStore.groupsOf(stream));
        await Promise.all(all().map((subscription) => subscription.start()));
        outboxes.sweeper.start();
        housekeeper.start();
    }
    async function stop() {
        watches.close();
        replays.stop();
        await Promise.all([
            outboxes.sweeper.stop(),
            housekeeper.stop(),
            ...all().map((subscription) => subscription.stop()),
        ]);
        await outboxes.close();
    }
    return {
        publisher,
        outbox: (collection, stream) => outboxes.open(collection, stream),
        maintain(stream, retention, recover) {
            const losses = createLossDetector(commands, keyOf(stream), () => publisher.lastId(stream), () => checkpoints.handledUpTo(stream));
            maintained.push({ stream, retention, losses, recover });
        },
        subscriptions,
        streams,
        allStreams: () => [...new Set([...streams(), ...contracts.map(({ stream }) => stream)])],
        deadLetters: (stream, group) => createDeadLetters(commands, keyOf(stream), group),
        failuresOf: (key) => failures.of(key),
        watch: (stream, key, notify) => watches.watch(stream, key, notify),
        inspect: (stream) => inspectStream(commands, keyOf(stream)),
        subscribe(group, listeners, context) {
            for (const [stream, ofStream] of Map.groupBy(listeners, ({ contract }) => contract.stream)) {
                const key = keyOf(stream);
                const restoreGroup = async () => ensureGroup(commands, key, group, await offsets.of(stream, group));
                subscriptions.push(open({
                    stream,
                    key,
                    group,
                    listeners: ofStream,
                    context: context,
                    restoreGroup,
                }));
            }
        },
        answerReplays: (stream, owner, events) => replays.answer(stream, owner, events),
        replay: (stream, group, run) => replays.of(stream, group, run),
        start,
        stop: () => (stopped ??= stop()),
        failing: () => [outboxes.sweeper, housekeeper, ...all()]
            .map((part) => part.failing())
            .filter((reason) => reason !== undefined),
    };
}
/** Makes the function that opens a subscription as a consumer of this process. */
function createOpening(bus, keyOf, failures) {
    const { connections, options, contracts = [], observer = SILENT, probeStore, log } = bus;
    const { commands, blocking: connect } = connections;
    const consumer = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
    const storesAnswer = createStoreCheck(() => Promise.all([probeServers(commands, keyOf('millrace:bus:probe'), 1), probeStore?.()]));
    return (opening) => createSubscription({
        ...opening,
        consumer,
        contracts: contracts.filter(({ stream }) => stream === opening.stream),
        commands,
        connect,
        options,
        observer,
        failures,
        storesAnswer,
        log,
    });
}
