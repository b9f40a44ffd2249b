/** The operator's call that sets a group back: it is given entries again, from a time or an id on. */
import { Type, type Static } from 'typebox';
import type { Bus } from '../../bus/index.ts';
import type { App } from '../../module/module.ts';
import { DomainError } from '../errors.ts';
import { recordChange } from './audit/audit.ts';
import { knownGroup, ofGroup, targetOf, unknownGroup } from './known-group.ts';
import { Position } from './entries.ts';
import { Nullable } from '../nullable.ts';

const START = 'start';

const RewindResponse = Type.Object({
  stream: Type.String(),
  group: Type.String(),
  dryRun: Type.Boolean({ description: 'Whether it was only looked at' }),
  entries: Type.Integer({ description: 'Entries that the group is given again' }),
  first: Nullable(Type.String(), {
    description: 'The id of the first of them; null where there are none',
  }),
  from: Type.String({ description: 'The id up to which the group was given entries' }),
  to: Type.String({ description: 'The id behind which it goes on' }),
  pending: Type.Integer({ description: 'Entries that are pending, and stay with their consumers' }),
});
export type RewindResponse = Static<typeof RewindResponse>;

const offset = {
  schema: {
    summary: 'Sets a group back: it handles entries again, from a time or an id on',
    description:
      'The consumers may go on reading. A dry run counts the entries and changes nothing; the call itself wants what that gave, and is refused where it is not so any more. What the group is given meanwhile is handled again, too, and counted in the answer. Entries that are being handled at that moment are handled once; pause the group before, where each has to be handled again. Entries that became dead letters are given again, and their dead letters stay. A group is never set forwards: what it has not handled would be lost',
    params: ofGroup,
    body: Type.Object(
      {
        to: Type.Union([Position, Type.Literal(START)], {
          description:
            'The first entry that is handled again: a time in ms since the epoch, an id, or `start` for the oldest that is there',
        }),
        dryRun: Type.Optional(Type.Boolean({ description: 'Only counts' })),
        expected: Type.Optional(
          Type.Object(
            {
              entries: Type.Integer({ minimum: 0 }),
              from: Type.String({ pattern: '^[0-9]{1,20}-[0-9]{1,20}$' }),
            },
            { description: 'What the dry run gave; wanted where it is not one' },
          ),
        ),
      },
      { additionalProperties: false },
    ),
    response: { 200: RewindResponse },
  },
};

/** Adds the call that sets groups back. */
export function groupOffsetRoutes(app: App, { bus }: { bus: Bus }): void {
  app.post('/streams/:stream/groups/:group/offset', offset, async (request) => {
    const { stream, group } = request.params;
    const { dryRun = false, expected } = request.body;
    const to = request.body.to === START ? '0-0' : request.body.to;
    await knownGroup(bus, stream, group);
    if (!dryRun && !expected) throw unexpected();
    const outcome =
      dryRun || !expected
        ? await bus.operations.planRewind(stream, group, to)
        : await bus.operations.rewind(stream, group, to, expected);
    if (outcome.kind === 'gone') throw unknownGroup(stream, group);
    if (outcome.kind === 'forwards') throw forwards(group, outcome.from);
    const { entries, first, from, to: behind, pending } = outcome.plan;
    if (outcome.kind === 'changed') throw changed(group, { entries, from });
    recordChange(request, {
      target: targetOf(stream, group),
      before: { lastDelivered: from },
      after: { lastDelivered: dryRun ? from : behind, ...(!dryRun && { handledAgain: entries }) },
    });
    return { stream, group, dryRun, entries, first, from, to: behind, pending };
  });
}

function unexpected(): DomainError {
  return new DomainError(
    'invalid',
    'nothing-expected',
    'Ask with dryRun first, and send the entries and from of its answer as expected: that is how many will be handled again.',
  );
}

function forwards(group: string, from: string): DomainError {
  return new DomainError(
    'conflict',
    'group-forwards',
    `${group} was given entries up to ${from}, and is only set back: what lies between would never be handled. Name a time or an id before that.`,
    { from },
  );
}

function changed(group: string, now: { entries: number; from: string }): DomainError {
  return new DomainError(
    'conflict',
    'group-changed',
    `${group} is not as it was when you looked: ${now.entries} entries would be handled again now. Ask again with these numbers.`,
    now,
  );
}
