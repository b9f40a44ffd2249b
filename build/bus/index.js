/** The bus: events between modules over Redis Streams. Knows nothing of commerce. */
export { atMost } from './timing.js';
export { chunk } from './publish/batching.js';
export { createBus } from './bus.js';
export { duplicateForBlocking, probeServers, reconnectPauseMs, REDIS_OPTIONS, serverOf, serversOf, writeOnceATurn, } from './connections.js';
export { isForbidden, UnrecoverableError } from './errors.js';
export { defineEvent, } from './contract/event.js';
export { groupCommit } from './publish/batching.js';
export { each, isOf, on, onAll } from './consume/handler.js';
export { isStale } from './maintain/housekeeper.js';
export { compareIds } from './replies.js';
export { busOptionsSchema, DEFAULT_BUS_OPTIONS } from './options.js';
export { periodic } from './timing.js';
export { given, sameStateInAnyOrder } from './testing.js';
export { describeFields } from './contract/json-schema.js';
export { LATEST_AT } from './contract/wire.js';
export { OUTBOX_INDEX } from './publish/outbox.js';
