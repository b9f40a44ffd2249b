/** The operator's look at the entries of a stream: by time, type and key, with who has acknowledged each. */
import { Type, type Static } from 'typebox';
import type { Bus } from '../../bus/index.ts';
import type { App } from '../../module/module.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../cursor.ts';
import { knownStream, ofStream } from './known-group.ts';
import { Nullable } from '../nullable.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** A time in ms since the epoch, or the id of an entry; both fit into what Redis takes. */
export const Position = Type.String({ pattern: '^[0-9]{1,15}(-[0-9]{1,19})?$' });

const Cursor = Type.Object({ after: Type.String({ pattern: '^[0-9]{1,20}-[0-9]{1,20}$' }) });

const EntryState = Type.Object({
  group: Type.String(),
  state: Type.Enum(['waiting', 'pending', 'acknowledged', 'dead-lettered'], {
    description:
      'waiting: not given to the group yet, or it is to be given again; pending: given to a consumer; dead-lettered: acknowledged, and a dead letter that is still there',
  }),
  consumer: Type.Optional(Type.String({ description: 'Who has it, where it is pending' })),
  deliveries: Type.Optional(Type.Integer({ description: 'How often it was delivered' })),
  idleMs: Type.Optional(
    Type.Integer({ description: 'How long ago it was delivered or renewed, in ms' }),
  ),
});

const Entry = Type.Object({
  id: Type.String(),
  at: Type.Integer({ description: 'When it happened, in ms since the epoch' }),
  type: Nullable(Type.String(), {
    description: 'Where the entry does not say it: the one that the contracts say; else null',
  }),
  key: Nullable(Type.String()),
  eventId: Type.String({ description: 'The id of the entry, where it has none of its own' }),
  fields: Type.Record(Type.String(), Type.String(), { description: 'The entry as it is' }),
  cutFrom: Type.Optional(
    Type.Integer({
      description: 'The bytes of an entry that is too large to be shown whole: the end is cut off',
    }),
  ),
  groups: Type.Array(EntryState),
});

const EntriesResponse = Type.Object({
  items: Type.Array(Entry),
  nextCursor: Nullable(Type.String(), {
    description: 'Where to go on, also where nothing was found yet; null where there is no more',
  }),
  scanned: Type.Integer({ description: 'Entries that this call went through' }),
  length: Type.Integer({ description: 'Entries of the stream' }),
  added: Type.Integer({ description: 'Entries that the stream ever had' }),
  lastId: Type.String({ description: 'The id of the newest entry that ever was' }),
});
export type EntriesResponse = Static<typeof EntriesResponse>;

const list = {
  schema: {
    summary: 'Entries of a stream by time, type and key, with who has acknowledged each',
    description:
      'A call goes through 2000 entries or about 1 MB at most: it may give few items or none, and a nextCursor to go on with',
    params: ofStream,
    querystring: Type.Object(
      {
        from: Type.Optional({
          ...Position,
          description: 'The first: a time in ms since the epoch, or an id',
        }),
        to: Type.Optional({ ...Position, description: 'The last, likewise' }),
        type: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
        key: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
        order: Type.Optional(Type.Enum(['newest', 'oldest'], { description: 'Default: newest' })),
        cursor: Type.Optional(Type.String({ maxLength: 200 })),
        limit: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: MAX_LIMIT,
            description: `Default: ${DEFAULT_LIMIT}`,
          }),
        ),
      },
      { additionalProperties: false },
    ),
    response: { 200: EntriesResponse },
  },
};

/** Adds the look at the entries of every stream. */
export function entryRoutes(app: App, { bus }: { bus: Bus }): void {
  app.get('/streams/:stream/entries', list, async ({ params: { stream }, query }) => {
    const { from = '-', to = '+', order = 'newest', type, key, limit = DEFAULT_LIMIT } = query;
    const after =
      query.cursor === undefined ? undefined : decodeCursor(Cursor, query.cursor)?.after;
    if (query.cursor !== undefined && after === undefined) throw invalidCursor();
    const { length, added, lastId, groups } = await knownStream(bus, stream);
    const search = { from, to, order, type, key, limit, after };
    const { entries, scanned, next } = await bus.operations.browse(stream, search);
    const states = await bus.operations.deliveries(
      stream,
      groups.map(({ group }) => group),
      entries.map(({ id }) => id),
    );
    return {
      items: entries.map((entry, i) => ({ ...entry, groups: states[i] ?? [] })),
      nextCursor: next === null ? null : encodeCursor({ after: next }),
      scanned,
      length,
      added,
      lastId,
    };
  });
}
