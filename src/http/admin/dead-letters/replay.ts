/** The operator has dead letters handled again: those that are named, or those that a filter means. */
import { Type, type Static } from 'typebox';
import { compareIds, type Bus, type ReplayResult, type Subscription } from '../../../bus/index.ts';
import type { App } from '../../../module/module.ts';
import { recordChange } from '../audit/audit.ts';
import { Replayed, replayRemotely, type RemoteProcesses } from '../remote-replay.ts';
import { filterOf, findReader, pick } from './find.ts';
import { entryId, deadLetterIds, filterFields, group, MAX, params } from './schemas.ts';

const replay = {
  config: { role: 'support' as const },
  schema: {
    summary: 'Gives dead letters to their handler again; those that succeed are removed',
    description:
      'With a filter each one that is meant is tried once by a run of calls, which goes on from `nextCursor`; ' +
      '`upTo` keeps out those that come meanwhile. One that fails again stays where it is.',
    params,
    body: Type.Object(
      {
        group,
        ids: deadLetterIds,
        ...filterFields,
        from: Type.Optional(entryId),
        limit: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: MAX,
            description: `At most so many. Default: ${MAX}`,
          }),
        ),
      },
      { additionalProperties: false },
    ),
    response: { 200: Replayed },
  },
};

/** Adds the call that handles dead letters again; a group that is not read here is read by another process. */
export function replayRoute(app: App, bus: Bus, remote: RemoteProcesses): void {
  app.post('/streams/:stream/dead-letters/replay', replay, async (request) => {
    const { body } = request;
    const { stream } = request.params;
    const subscription = await findReader(bus, stream, body.group, request.forwarded);
    const deadLetters = bus.deadLetters(stream, body.group);
    const before = { deadLetters: await deadLetters.count() };
    const result = subscription
      ? await replayHere(bus, subscription, body)
      : await replayRemotely(remote, stream, body, request.operator);
    recordChange(request, {
      target: `dead-letters/${stream}/${body.group}`,
      before,
      after: {
        deadLetters: await deadLetters.count(),
        replayed: result.replayed,
        failed: result.failed.map(({ id }) => id),
      },
    });
    return result;
  });
}

/** Gives those of one call to their handler in this process. */
async function replayHere(
  bus: Bus,
  subscription: Subscription,
  { ids, from, limit = MAX, ...body }: Static<typeof replay.schema.body>,
): Promise<Replayed> {
  const { stream, group: name } = subscription;
  const deadLetters = bus.deadLetters(stream, name);
  if (ids) return subscription.replay(deadLetters.get(ids));
  const filter = filterOf(body);
  if (filter) {
    const picked = await pick({ bus, stream, group: name }, filter, from, limit);
    const result = await subscription.replay(deadLetters.get(picked.ids));
    const last = lastTried(result);
    // It may have ended early; what is gone meanwhile is tried by nobody.
    const untried = picked.ids.find((id) => last !== undefined && compareIds(id, last) > 0);
    return { ...result, nextCursor: untried ?? picked.next };
  }
  const result = await subscription.replay(deadLetters.read(from ?? '-', limit));
  const last = lastTried(result);
  const after = last === undefined ? [] : await deadLetters.list(`(${last}`, 1);
  return { ...result, nextCursor: after[0]?.id ?? null };
}

function lastTried({ replayed, failed }: ReplayResult): string | undefined {
  return [...replayed, ...failed.map(({ id }) => id)].toSorted(compareIds).at(-1);
}
