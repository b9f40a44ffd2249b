/** The operator's calls on dead letters: list, handle again, discard. */
import { Type } from 'typebox';
import { compareIds, type Bus, type DeadLetter } from '../bus/index.ts';
import type { Routes } from '../module.ts';
import { DomainError } from './errors.ts';
import { problemResponses } from './problems.ts';
import { nobodyReads, Replayed, replayElsewhere, type Elsewhere } from './replay-elsewhere.ts';

/** Letters that one call lists, handles or discards at most. */
const MAX = 500;
const DEFAULT_LIMIT = 100;

const entryId = Type.String({ pattern: '^[0-9]{1,20}-[0-9]{1,20}$' });
const group = Type.String({ minLength: 1, maxLength: 128 });
const params = Type.Object({ stream: Type.String({ minLength: 1, maxLength: 128 }) });

const Letter = Type.Object({
  id: Type.String(),
  originId: Type.String({ description: 'The id that the entry had in its stream' }),
  stream: Type.String(),
  group: Type.String(),
  fields: Type.Record(Type.String(), Type.String(), { description: 'The entry as it was' }),
  error: Type.String(),
  attempts: Type.Integer(),
  firstAt: Type.Integer({ description: 'ms since the epoch' }),
  lastAt: Type.Integer({ description: 'ms since the epoch' }),
});

const Choice = Type.Object(
  {
    group,
    ids: Type.Optional(
      Type.Array(entryId, {
        minItems: 1,
        maxItems: MAX,
        description: `Without it: the oldest ${MAX}`,
      }),
    ),
  },
  { additionalProperties: false },
);

/** Adds the calls on the dead letters of every stream; other processes read what is not read here. */
export function deadLetterRoutes(
  app: Parameters<Routes>[0],
  { bus, ...elsewhere }: Elsewhere & { bus: Bus },
): void {
  app.get(
    '/streams/:stream/dead-letters',
    {
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
        response: { 200: Type.Object({ items: Type.Array(Letter) }), ...problemResponses },
      },
    },
    async ({ params: { stream }, query: { group: one, from = '-', limit = DEFAULT_LIMIT } }) => {
      const state = await knownStream(bus, stream);
      const groups = one === undefined ? state.groups.map((each) => each.group) : [one];
      const letters = await Promise.all(
        groups.map((each) => bus.deadLetters(stream, each).list(from, limit)),
      );
      return { items: letters.flat().toSorted(byId).slice(0, limit) };
    },
  );

  app.post(
    '/streams/:stream/dead-letters/replay',
    {
      schema: {
        summary: 'Gives dead letters to their handler again; those that succeed are removed',
        params,
        body: Choice,
        response: {
          200: Replayed,
          ...problemResponses,
        },
      },
    },
    async (request) => {
      const { body } = request;
      const { stream } = request.params;
      const ofGroup = bus.subscriptions.filter((one) => one.group === body.group);
      const subscription = ofGroup.find((one) => one.stream === stream);
      if (subscription) return subscription.replay(await chosen(bus, stream, body));
      await knownStream(bus, stream);
      // A copy of a module that runs here does not read the stream either.
      if (request.forwarded || ofGroup.length > 0) throw nobodyReads(stream, body.group);
      return replayElsewhere(elsewhere, stream, body);
    },
  );

  app.post(
    '/streams/:stream/dead-letters/discard',
    {
      schema: {
        summary: 'Removes dead letters for good',
        params,
        body: Choice,
        response: { 200: Type.Object({ discarded: Type.Integer() }), ...problemResponses },
      },
    },
    async ({ params: { stream }, body }) => {
      await knownStream(bus, stream);
      const ids = (await chosen(bus, stream, body)).map(({ id }) => id);
      return { discarded: await bus.deadLetters(stream, body.group).discard(ids) };
    },
  );
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

function chosen(
  bus: Bus,
  stream: string,
  { group: of, ids }: { group: string; ids?: string[] },
): Promise<DeadLetter[]> {
  const letters = bus.deadLetters(stream, of);
  return ids ? letters.get(ids) : letters.list('-', MAX);
}

function byId(a: DeadLetter, b: DeadLetter): number {
  return compareIds(a.id, b.id);
}
