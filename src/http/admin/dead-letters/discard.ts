/** The operator throws dead letters away: those that are named, or those that a filter means, if they are as many as thought. */
import { Type } from 'typebox';
import type { Bus, DeadLetterFilter } from '../../../bus/index.ts';
import type { App } from '../../../module/module.ts';
import { DomainError } from '../../errors.ts';
import { recordChange } from '../audit/audit.ts';
import { knownStream } from '../known-group.ts';
import { filterOf } from './find.ts';
import { deadLetterIds, filterFields, group, MAX, params } from './schemas.ts';

/** Dead letters that a filter means and one call removes at most. */
const MAX_MEANT = 10_000;

const discard = {
  config: { role: 'support' as const },
  schema: {
    summary: 'Removes dead letters for good',
    description:
      'A filter wants `expected`: where another number is meant by now, nothing is removed. ' +
      `One call removes up to ${MAX_MEANT}; \`meant\` is what the next one expects.`,
    params,
    body: Type.Object(
      {
        group,
        ids: deadLetterIds,
        ...filterFields,
        expected: Type.Optional(
          Type.Integer({ minimum: 0, description: 'How many are meant, as the operator knows it' }),
        ),
      },
      { additionalProperties: false },
    ),
    response: {
      200: Type.Object({
        discarded: Type.Integer(),
        left: Type.Integer({ description: 'Dead letters of the group that are still there' }),
        meant: Type.Optional(
          Type.Integer({ description: 'With a filter: how many of those that are meant are left' }),
        ),
      }),
    },
  },
};

/** Adds the call that removes dead letters. */
export function discardRoute(app: App, bus: Bus): void {
  app.post('/streams/:stream/dead-letters/discard', discard, async (request) => {
    const { body } = request;
    const { stream } = request.params;
    await knownStream(bus, stream);
    const deadLetters = bus.deadLetters(stream, body.group);
    const { ids, expected } = body;
    const filter = filterOf(body);
    const isMany = filter !== undefined || expected !== undefined;
    if (isMany && (ids || expected === undefined)) throw needsNumber(ids !== undefined);
    const before = { deadLetters: await deadLetters.count() };
    const done = isMany
      ? await discardMeant(bus, { stream, group: body.group }, filter ?? {}, expected!)
      : { discarded: await (ids ? deadLetters.discard(ids) : deadLetters.discardOldest(MAX)) };
    const left = await deadLetters.count();
    recordChange(request, {
      target: `dead-letters/${stream}/${body.group}`,
      before,
      after: { deadLetters: left, discarded: done.discarded },
    });
    return { ...done, left };
  });
}

async function discardMeant(
  bus: Bus,
  { stream, group: of }: { stream: string; group: string },
  filter: DeadLetterFilter,
  expected: number,
): Promise<{ discarded: number; meant: number }> {
  const index = bus.deadLetterIndex(stream, of);
  const deadLetters = bus.deadLetters(stream, of);
  // What comes from now on is not meant.
  const upTo = filter.upTo ?? (await index.state()).last;
  const meant = upTo === '' ? 0 : await index.count({ ...filter, upTo });
  if (meant !== expected)
    throw new DomainError(
      'conflict',
      'another-number',
      `There are ${meant} such dead letters now, and not ${expected}; nothing was removed. Look again, and say how many are meant.`,
      { meant },
    );
  let discarded = 0;
  let seen = 0;
  if (upTo !== '')
    for await (const { headers } of index.scan({ ...filter, upTo })) {
      const ids = headers.map(({ id }) => id).slice(0, MAX_MEANT - seen);
      discarded += await deadLetters.discard(ids);
      seen += ids.length;
      if (seen === MAX_MEANT) break;
    }
  return { discarded, meant: meant - seen };
}

function needsNumber(hasIds: boolean): DomainError {
  return hasIds
    ? new DomainError(
        'invalid',
        'ids-and-filter',
        'Give either `ids`, or a filter with `expected`.',
      )
    : new DomainError(
        'invalid',
        'expected-missing',
        'A filter wants `expected`: how many dead letters are meant, as `GET …/dead-letters` says.',
      );
}
