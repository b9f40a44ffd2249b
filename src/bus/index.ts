/** The bus: events between modules over Redis Streams. Knows nothing of commerce. */
export { createBus, type Bus, type BusConnections } from './bus.ts';
export {
  duplicateForBlocking,
  probeServers,
  reconnectPauseMs,
  REDIS_OPTIONS,
  serverOf,
  serversOf,
  writeOnceATurn,
  type RedisClient,
} from './connections.ts';
export type { DeadLetterPage } from './recover/dead-letter-list.ts';
export type { DeadLetter } from './recover/dead-letter.ts';
export type { DeadLetterIndex } from './recover/dead-letter-index.ts';
export type { DeadLetterFilter } from './recover/dead-letter-scan.ts';
export type { ReplayResult } from './recover/dead-letter-replay.ts';
export { isForbidden, UnrecoverableError } from './errors.ts';
export {
  defineEvent,
  type Event,
  type EventContract,
  type EventOf,
  type Fields,
  type OutboxDocument,
  type OutboxRecord,
} from './contract/event.ts';
export type { Failure } from './recover/failure-log.ts';
export type { CheckpointStore } from './maintain/data-loss.ts';
export { each, isOf, on, onAll, type Handler, type Listener } from './consume/handler.ts';
export { backoff } from './consume/retry-policy.ts';
export { isStale } from './maintain/group-offsets.ts';
export { compareIds } from './replies.ts';
export type { BusObserver } from './observer.ts';
export { busOptionsSchema, DEFAULT_BUS_OPTIONS, type BusOptions } from './options.ts';
export type { Replay } from './replay/replays.ts';
export type { ReplayProgress } from './replay/stream.ts';
export { atMost, chunk, groupCommit, periodic } from './scheduling.ts';
export type { Subscription } from './consume/subscription.ts';
export type { KnownEvent } from './trace/tracer.ts';
export type { DeliveryTrace, EventTrace, GroupTrace, HandlingState } from './trace/waterfall.ts';
export { given, sameStateInAnyOrder, type Given, type Stage } from './testing.ts';
export type { Retention } from './maintain/trimming.ts';
export type { EntryValidation } from './contract/validation.ts';
export { describeFields, LATEST_AT } from './contract/wire.ts';
export { OUTBOX_INDEX, type Outbox } from './publish/outbox.ts';
