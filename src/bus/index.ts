/** The bus: events between modules over Redis Streams. Knows nothing of commerce. */
export { atMost } from './at-most.ts';
export { batches } from './batches.ts';
export { createBus, type Bus, type BusConnections } from './bus.ts';
export { probeServers, serverOf, serversOf, type RedisClient } from './client.ts';
export type { DeadLetter, LettersPage } from './dead-letter.ts';
export { isForbidden, UnrecoverableError } from './errors.ts';
export {
  defineEvent,
  type Event,
  type EventContract,
  type EventOf,
  type OutboxRecord,
} from './event.ts';
export type { Failure } from './failure-log.ts';
export { gather } from './gather.ts';
export type { HandledStore } from './handled.ts';
export { each, isOf, on, onAll, type Handler, type Listener } from './handler.ts';
export { isStale } from './housekeeper.ts';
export { compareIds } from './ids.ts';
export type { BusObserver } from './observer.ts';
export { DEFAULT_BUS_OPTIONS, type BusOptions } from './options.ts';
export type { Replay } from './replays.ts';
export type { ReplayProgress } from './replay-stream.ts';
export { repeat } from './repeat.ts';
export type { Subscription } from './subscription.ts';
export { given, sameStateInAnyOrder, type Given, type Stage } from './testing.ts';
export type { Retention } from './trim.ts';
export { describeFields } from './wire-schema.ts';
export { LATEST_AT } from './wire.ts';
export { OUTBOX_INDEX, type Outbox, type OutboxDocument } from './outbox.ts';
