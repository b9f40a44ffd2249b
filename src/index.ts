/** The host's public entry: all that a module may import. */
export {
  atMost,
  backoff,
  chunk,
  each,
  isOf,
  on,
  onAll,
  defineEvent,
  groupCommit,
  UnrecoverableError,
  type Event,
  type EventContract,
  type EventOf,
  type EventTrace,
  type Failure,
  type KnownEvent,
  type OutboxDocument,
  type OutboxRecord,
} from './bus/index.ts';
export { UsageError, type CommandCode } from './cli/command.ts';
export * as setting from './config/kinds.ts';
export { hostSettings } from './config/settings.ts';
export type { Cached } from './stores/cache.ts';
export {
  bearerOf,
  requireUserId,
  requireCaller,
  takesSession,
  wantsSession,
} from './http/caller.ts';
export { requireOperator, ROLES, Role, type Operator } from './http/operator.ts';
export { beginAudit, recordChange } from './http/admin/audit/audit.ts';
export { callApi, type Answer, type Call } from './http/inject.ts';
export { INTERNAL_TOKEN_HEADER, type Caller } from './http/internal-token.ts';
export { csvQuery, jsonOrCsv, sendCsv, type CsvCell, type CsvColumns } from './http/csv.ts';
export { decodeCursor, encodeCursor, invalidCursor } from './http/cursor.ts';
export { DomainError } from './http/errors.ts';
export { createEventStreams } from './http/event-streams.ts';
export { lookOnceIn } from './stores/memory.ts';
export type { Instance } from './registry/instance.ts';
export { isDuplicateKey } from './stores/mongodb.ts';
export { createdBetween } from './stores/object-ids.ts';
export { etagOf, matchesEtag, sendCached } from './http/etag.ts';
export { Name, OptionalName, OptionalNames } from './http/name.ts';
export { Nullable } from './http/nullable.ts';
export { createErasure, outboxUnder, type Erasure, type Pseudonyms } from './module/pseudonyms.ts';
export type { ReadModel } from './read-model/read-model.ts';
export { mayComeSlowly } from './http/slow.ts';
export { macOf } from './runtime/secrets.ts';
export { toIso } from './http/time.ts';
export { localTime, TimeZone } from './http/time-zone.ts';
export { traceOf } from './http/trace.ts';
export type { ModuleContext } from './module/context.ts';
export {
  databaseName,
  defineModule,
  setUp,
  type App,
  type Module,
  type ModuleInstance,
  type RunJob,
  type Routes,
} from './module/module.ts';
