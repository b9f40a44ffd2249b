/** How far a rebuild is, as the operator sees it. */
import { Type, type Static } from 'typebox';
import type { ReplayProgress } from '../bus/index.ts';
import type { VersionsDocument } from './versions.ts';

const time = Type.String({ format: 'date-time' });

export const RebuildState = Type.Object({
  state: Type.Enum(['idle', 'rebuilding']),
  run: Type.Optional(Type.String()),
  startedAt: Type.Optional(time),
  sources: Type.Array(
    Type.Object({
      stream: Type.String(),
      sent: Type.Integer({ description: 'Events that were sent so far' }),
      waiting: Type.Integer({ description: 'Of these, how many are not handled yet' }),
      told: Type.Boolean({ description: 'Whether all that there are were sent' }),
    }),
  ),
  last: Type.Optional(
    Type.Object(
      {
        run: Type.String(),
        outcome: Type.Enum(['done', 'failed', 'abandoned']),
        reason: Type.Optional(Type.String()),
        startedAt: time,
        endedAt: time,
        events: Type.Integer(),
        documents: Type.Integer(),
      },
      { description: 'The last one that has ended' },
    ),
  ),
});

export type RebuildState = Static<typeof RebuildState>;

/** The state of a rebuild, from the versions of the read model and how far each replay is. */
export function describe(
  { building, ended }: VersionsDocument,
  sources: readonly ({ stream: string } & ReplayProgress)[],
): RebuildState {
  return {
    state: building ? 'rebuilding' : 'idle',
    ...(building && { run: building.run, startedAt: building.startedAt.toISOString() }),
    sources: sources.map(({ stream, sent, waiting, appended }) => ({
      stream,
      sent,
      waiting,
      told: appended,
    })),
    ...(ended && {
      last: {
        ...ended,
        startedAt: ended.startedAt.toISOString(),
        endedAt: ended.endedAt.toISOString(),
      },
    }),
  };
}
