/** The operator's calls of the host, for the pages: what they give. */
export type { Health } from '../../health/facts.ts';
export type {
  GroupSnapshot,
  ModuleSnapshot,
  Snapshot,
  StreamSnapshot,
} from '../../health/snapshot.ts';
export type { RebuildState } from '../../read-model/state.ts';
export type { AuditEntryResponse } from './audit/routes.ts';
export type { Role } from '../operator.ts';
export type { StreamResponse } from './admin.ts';
export type {
  DeadLetterDetail,
  DeadLetterGroup,
  DeadLetterGroups,
  DeadLetterList,
  DeadLetterResponse,
  EditedReplay,
  EditedReplayed,
} from './dead-letters/schemas.ts';
export type { MetricsResponse } from './metrics.ts';
export type { EntriesResponse } from './entries.ts';
export type { RewindResponse } from './group-offset.ts';
export type { GroupPending } from './groups.ts';
export type { Replayed } from './remote-replay.ts';
