/** The operator's calls on a group of a stream: what it has pending, pausing, resuming, removing it. */
import { Type, type Static } from 'typebox';
import type { Bus } from '../../bus/index.ts';
import type { App } from '../../module/module.ts';
import { DomainError } from '../errors.ts';
import { recordChange } from './audit/audit.ts';
import { knownGroup, ofGroup, targetOf, unknownGroup } from './known-group.ts';
import { Nullable } from '../nullable.ts';

/** Pending entries that are shown one by one: the oldest. */
const SHOWN = 100;

const PausedAt = Nullable(
  Type.Integer({ description: 'Since when it is paused, in ms since the epoch; null: it is not' }),
);
const Lag = Nullable(
  Type.Integer({
    description: 'Entries that it has not been given yet; null where Redis cannot say',
  }),
);

const GroupPending = Type.Object({
  stream: Type.String(),
  group: Type.String(),
  lastDelivered: Type.String({ description: 'The id up to which it was given entries' }),
  lag: Lag,
  pending: Type.Integer({ description: 'Entries given out and not acknowledged' }),
  deadLetters: Type.Integer(),
  pausedAt: PausedAt,
  listening: Type.Boolean({
    description: 'Whether a module listens as this group, wherever it runs: it cannot be removed',
  }),
  consumerCount: Type.Integer(),
  consumers: Type.Array(
    Type.Object({
      consumer: Type.String(),
      pending: Type.Integer(),
      idleMs: Type.Integer({ description: 'How long ago it last spoke to Redis, in ms' }),
      oldestIdleMs: Nullable(
        Type.Integer({
          description: 'The longest time without a renewal of one of its entries, in ms',
        }),
      ),
      maxDeliveries: Nullable(Type.Integer({ description: 'The most deliveries of one of them' })),
    }),
    { description: 'Those that have most pending' },
  ),
  oldest: Type.Array(
    Type.Object({
      id: Type.String(),
      consumer: Type.String(),
      idleMs: Type.Integer(),
      deliveries: Type.Integer(),
    }),
    { description: `The ${SHOWN} oldest pending entries` },
  ),
});
export type GroupPending = Static<typeof GroupPending>;

const pending = {
  schema: {
    summary: 'What a group has pending, by consumer',
    params: ofGroup,
    response: { 200: GroupPending },
  },
};

const Paused = Type.Object({ stream: Type.String(), group: Type.String(), pausedAt: PausedAt });

const pause = {
  schema: {
    summary: 'Pauses a group: no process takes entries for it, until it is resumed',
    description:
      'It is obeyed within about a second. What is in flight ends; dead letters are still handled again where that is asked. Nothing that the group has not handled is trimmed: its stream grows. It outlives restarts; a Redis that has lost everything has paused nothing',
    params: ofGroup,
    response: { 200: Paused },
  },
};

const resume = {
  schema: {
    summary: 'Resumes a group: it goes on where it was',
    params: ofGroup,
    response: { 200: Paused },
  },
};

const Removed = Type.Object({
  stream: Type.String(),
  group: Type.String(),
  pending: Type.Integer({ description: 'Entries that it had not acknowledged' }),
  lag: Lag,
});

const remove = {
  schema: {
    summary: 'Removes a group that nobody reads, with its place in the stream and its pause',
    description:
      'Refused where a module listens as the group, where a consumer of it is alive, and while it has dead letters: handle them again or discard them first. Should somebody read as this group again, it begins with the oldest entry that is there',
    params: ofGroup,
    querystring: Type.Object(
      {
        pending: Type.Integer({
          minimum: 0,
          description: 'As many entries as it had pending when it was looked at',
        }),
        lag: Type.Optional(
          Type.Integer({
            minimum: 0,
            description: 'Its lag then; left out where that was null. It may have grown since',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    response: { 200: Removed },
  },
};

/** Adds the calls on the groups of every stream. */
export function groupRoutes(app: App, { bus }: { bus: Bus }): void {
  const { operations } = bus;

  app.get('/streams/:stream/groups/:group/pending', pending, async ({ params }) => {
    const { stream, group } = params;
    const { lag, pausedAt } = await knownGroup(bus, stream, group);
    const detail = await operations.pending(stream, group);
    if (!detail) throw unknownGroup(stream, group);
    return {
      ...detail,
      stream,
      lag,
      pausedAt,
      deadLetters: await bus.deadLetters(stream, group).count(),
      listening: operations.isListening(stream, group),
      oldest: detail.oldest.slice(0, SHOWN),
    };
  });

  for (const [verb, schema] of [['pause', pause] as const, ['resume', resume] as const]) {
    app.post(`/streams/:stream/groups/:group/${verb}`, schema, async (request) => {
      const { stream, group } = request.params;
      const { pausedAt: before } = await knownGroup(bus, stream, group);
      await operations[verb](stream, group);
      const pausedAt = (await operations.paused(stream)).get(group) ?? null;
      recordChange(request, {
        target: targetOf(stream, group),
        before: { pausedAt: before },
        after: { pausedAt },
      });
      return { stream, group, pausedAt };
    });
  }

  app.delete('/streams/:stream/groups/:group', remove, async (request) => {
    const { params, query } = request;
    const { stream, group } = params;
    const { lag } = await knownGroup(bus, stream, group);
    if (operations.isListening(stream, group)) throw refusal('listening', stream, group);
    const looked = await operations.pending(stream, group);
    if (!looked) throw unknownGroup(stream, group);
    const isChanged = looked.pending !== query.pending || (lag ?? 0) < (query.lag ?? 0);
    const isUnsaid = lag !== null && lag > 0 && query.lag === undefined;
    const outcome =
      isChanged || isUnsaid ? 'changed' : await operations.remove(stream, group, looked);
    if (outcome === 'gone') throw unknownGroup(stream, group);
    if (outcome !== 'removed')
      throw refusal(outcome, stream, group, { pending: looked.pending, lag });
    const before = { pending: looked.pending, lag, lastDelivered: looked.lastDelivered };
    recordChange(request, { target: targetOf(stream, group), before, after: null });
    return { stream, group, pending: looked.pending, lag };
  });
}

/** Why a group is not removed, by what stands against it. */
const REFUSALS = {
  listening: (stream: string, group: string) =>
    `The module ${group} listens to ${stream}: without the group it would begin anew. Pause the group instead.`,
  alive: (_stream: string, group: string) =>
    `A consumer of ${group} has spoken to Redis within the last minute: stop what reads as this group first.`,
  'dead-letters': (_stream: string, group: string) =>
    `${group} has dead letters, which nobody would see any more: handle them again or discard them first.`,
  changed: (_stream: string, group: string) =>
    `${group} is not as it was when you looked: see what it has pending now, and ask again with these numbers.`,
} as const;

function refusal(
  why: keyof typeof REFUSALS,
  stream: string,
  group: string,
  details: Record<string, unknown> = {},
): DomainError {
  return new DomainError('conflict', `group-${why}`, REFUSALS[why](stream, group), details);
}
