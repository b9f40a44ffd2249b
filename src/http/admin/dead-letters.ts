/** The operator's calls on dead letters: list, handle again, discard. */
import { Type, type Static } from 'typebox';
import { compareIds, type Bus, type DeadLetterPage } from '../../bus/index.ts';
import type { App } from '../../module/module.ts';
import { DomainError } from '../errors.ts';
import { recordChange } from './audit/audit.ts';
import { nobodyReads, Replayed, replayRemotely, type RemoteProcesses } from './remote-replay.ts';

/** Dead letters that one call lists, handles or discards at most. */
const MAX = 500;
const DEFAULT_LIMIT = 100;

const entryId = Type.String({ pattern: '^[0-9]{1,20}-[0-9]{1,20}$' });
const group = Type.String({ minLength: 1, maxLength: 128 });
const params = Type.Object({ stream: Type.String({ minLength: 1, maxLength: 128 }) });

const DeadLetterResponse = Type.Object({
  id: Type.String(),
  originId: Type.String({ description: 'The id that the entry had in its stream' }),
  stream: Type.String(),
  group: Type.String(),
  fields: Type.Record(Type.String(), Type.String(), { description: 'The entry as it was' }),
  error: Type.String(),
  attempts: Type.Integer(),
  firstAt: Type.Integer({ description: 'ms since the epoch' }),
  lastAt: Type.Integer({ description: 'ms since the epoch' }),
  cutFrom: Type.Optional(
    Type.Integer({
      description:
        'The bytes of a dead letter that is too large to be shown whole: the end is cut off',
    }),
  ),
});
export type DeadLetterResponse = Static<typeof DeadLetterResponse>;

const nextCursor = Type.Union([Type.String(), Type.Null()], {
  description: 'The `from` to go on with; null where none are left',
});

const choice = {
  group,
  ids: Type.Optional(
    Type.Array(entryId, {
      minItems: 1,
      maxItems: MAX,
      description: `Without it: the oldest ${MAX}`,
    }),
  ),
};

const list = {
  schema: {
    summary: 'Dead letters of a stream, oldest first',
    params,
    querystring: Type.Object(
      {
        group: Type.Optional(group),
        from: Type.Optional(entryId),
        limit: Type.Optional(
          Type.Integer({ minimum: 1, maximum: MAX, description: `Default: ${DEFAULT_LIMIT}` }),
        ),
      },
      { additionalProperties: false },
    ),
    response: { 200: Type.Object({ items: Type.Array(DeadLetterResponse), nextCursor }) },
  },
};

const replay = {
  config: { role: 'support' as const },
  schema: {
    summary: 'Gives dead letters to their handler again; those that succeed are removed',
    params,
    body: Type.Object({ ...choice, from: Type.Optional(entryId) }, { additionalProperties: false }),
    response: { 200: Replayed },
  },
};

const discard = {
  config: { role: 'support' as const },
  schema: {
    summary: 'Removes dead letters for good',
    params,
    body: Type.Object(choice, { additionalProperties: false }),
    response: {
      200: Type.Object({
        discarded: Type.Integer(),
        left: Type.Integer({ description: 'Dead letters of the group that are still there' }),
      }),
    },
  },
};

/** Adds the calls on the dead letters of every stream; other processes read what is not read here. */
export function deadLetterRoutes(
  app: App,
  { bus, ...remote }: RemoteProcesses & { bus: Bus },
): void {
  app.get('/streams/:stream/dead-letters', list, async ({ params: { stream }, query }) => {
    const { group: one, from = '-', limit = DEFAULT_LIMIT } = query;
    const state = await knownStream(bus, stream);
    const groups = one === undefined ? state.groups.map((each) => each.group) : [one];
    return merge(
      await Promise.all(groups.map((each) => bus.deadLetters(stream, each).page(from, limit))),
      limit,
    );
  });

  app.post('/streams/:stream/dead-letters/replay', replay, async (request) => {
    const { body } = request;
    const { stream } = request.params;
    const ofGroup = bus.subscriptions.filter((one) => one.group === body.group);
    const subscription = ofGroup.find((one) => one.stream === stream);
    if (!subscription) {
      await knownStream(bus, stream);
      // A copy of a module that runs here does not read the stream either.
      if (request.forwarded || ofGroup.length > 0) throw nobodyReads(stream, body.group);
    }
    const deadLetters = bus.deadLetters(stream, body.group);
    const before = { deadLetters: await deadLetters.count() };
    const result = subscription
      ? await replayHere(subscription, deadLetters, body)
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

  app.post('/streams/:stream/dead-letters/discard', discard, async (request) => {
    const { body } = request;
    const { stream } = request.params;
    await knownStream(bus, stream);
    const deadLetters = bus.deadLetters(stream, body.group);
    const { ids } = body;
    const before = { deadLetters: await deadLetters.count() };
    const discarded = await (ids ? deadLetters.discard(ids) : deadLetters.discardOldest(MAX));
    const left = await deadLetters.count();
    recordChange(request, {
      target: `dead-letters/${stream}/${body.group}`,
      before,
      after: { deadLetters: left, discarded },
    });
    return { discarded, left };
  });
}

/** Gives those of one call to their handler in this process. */
async function replayHere(
  subscription: Bus['subscriptions'][number],
  deadLetters: ReturnType<Bus['deadLetters']>,
  { ids, from = '-' }: { ids?: string[]; from?: string },
): Promise<Replayed> {
  if (ids) return subscription.replay(deadLetters.get(ids));
  const result = await subscription.replay(deadLetters.read(from, MAX));
  const tried = [...result.replayed, ...result.failed.map(({ id }) => id)];
  const last = tried.toSorted(compareIds).at(-1);
  const after = last === undefined ? [] : await deadLetters.list(`(${last}`, 1);
  return { ...result, nextCursor: after[0]?.id ?? null };
}

async function knownStream(bus: Bus, stream: string) {
  const known = bus.allStreams();
  const state = known.includes(stream) ? await bus.inspect(stream) : undefined;
  if (state) return state;
  throw new DomainError(
    'not-found',
    'unknown-stream',
    `There is no stream ${stream}; there may be ${known.join(', ')}.`,
  );
}

/**
 * The pages of several groups as one. A dead letter after one that is not in its page is left for the
 * next, and those of one id stay together, so that every page goes on where the last has ended.
 */
function merge(pages: readonly DeadLetterPage[], limit: number) {
  const deadLetters = pages
    .flatMap((page) => page.letters)
    .toSorted((a, b) => compareIds(a.id, b.id));
  const [unread] = pages.flatMap(({ next }) => next ?? []).toSorted(compareIds);
  const last = deadLetters[limit - 1]?.id;
  const items = deadLetters.filter(
    ({ id }) =>
      (last === undefined || compareIds(id, last) <= 0) &&
      (unread === undefined || compareIds(id, unread) < 0),
  );
  const left = [deadLetters[items.length]?.id, unread].filter((id) => id !== undefined);
  return { items, nextCursor: left.toSorted(compareIds)[0] ?? null };
}
