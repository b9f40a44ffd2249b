/** What the operator's calls on dead letters take and give. */
import { Type, type Static } from 'typebox';
import { LATEST_AT } from '../../../bus/index.ts';
import { Nullable } from '../../nullable.ts';

/** Dead letters that one call lists, handles or discards without a filter at most. */
export const MAX = 500;
/** Characters of a field that an operator writes. */
const FIELD_LENGTH = 1_000_000;

export const entryId = Type.String({ pattern: '^[0-9]{1,20}-[0-9]{1,20}$' });
export const group = Type.String({ minLength: 1, maxLength: 128 });
export const params = Type.Object({ stream: Type.String({ minLength: 1, maxLength: 128 }) });
export const ofOne = Type.Object({ ...params.properties, id: entryId });
const time = Type.Integer({ minimum: 0, maximum: LATEST_AT });
const ms = Type.Integer({ description: 'ms since the epoch' });

/** Which dead letters of a group are meant; without any of these all of them. */
export const filterFields = {
  type: Type.Optional(
    Type.String({
      maxLength: 128,
      description: 'The type of their event; empty: those without one',
    }),
  ),
  cause: Type.Optional(
    Type.String({
      maxLength: 300,
      description: 'Why they failed, as `GET /dead-letters` gives it',
    }),
  ),
  since: Type.Optional({
    ...time,
    description: 'Those that became dead letters then or later, in ms since the epoch',
  }),
  until: Type.Optional({
    ...time,
    description: 'Those that became dead letters then or earlier, in ms since the epoch',
  }),
  upTo: Type.Optional({
    ...entryId,
    description: 'The id of the last one that is meant: those that came later are not',
  }),
};

export const DeadLetterResponse = Type.Object({
  id: Type.String(),
  originId: Type.String({ description: 'The id that the entry had in its stream' }),
  stream: Type.String(),
  group: Type.String(),
  fields: Type.Record(Type.String(), Type.String(), { description: 'The entry as it was' }),
  error: Type.String(),
  attempts: Type.Integer(),
  firstAt: ms,
  lastAt: ms,
  cutFrom: Type.Optional(
    Type.Integer({
      description:
        'The bytes of a dead letter that is too large to be shown whole: the end is cut off',
    }),
  ),
});
export type DeadLetterResponse = Static<typeof DeadLetterResponse>;

export const nextCursor = Nullable(Type.String(), {
  description: 'The `from` to go on with; null where none are left',
});

export const DeadLetterList = Type.Object({
  items: Type.Array(DeadLetterResponse),
  total: Type.Integer({ description: 'How many there are on all pages' }),
  nextCursor,
});
export type DeadLetterList = Static<typeof DeadLetterList>;

const DeadLetterGroup = Type.Object({
  stream: Type.String(),
  group: Type.String({ description: 'The consumer group' }),
  type: Type.String({ description: 'The type of the event; empty where an entry says none' }),
  cause: Type.String({ description: 'The error without ids, numbers and quoted values' }),
  count: Type.Integer(),
  firstAt: { ...ms, description: 'When the oldest became a dead letter, ms since the epoch' },
  lastAt: { ...ms, description: 'When the newest became one, ms since the epoch' },
  lastId: Type.String({ description: 'The id of the newest, for `upTo`' }),
  error: Type.String({ description: 'The error of the newest, as it was' }),
});
export type DeadLetterGroup = Static<typeof DeadLetterGroup>;

export const DeadLetterGroups = Type.Object({
  total: Type.Integer({ description: 'All dead letters of all streams' }),
  others: Type.Integer({
    description: 'Those among them whose cause is one too many to be told apart',
  }),
  items: Type.Array(DeadLetterGroup, { description: 'The largest first' }),
});
export type DeadLetterGroups = Static<typeof DeadLetterGroups>;

const conforms = Type.Union([Type.Literal('yes'), Type.Literal('no'), Type.Literal('unknown')], {
  description: '`unknown`: this process knows no contract of this type and version',
});
const violations = Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
  description: 'What does not fit the schema, each by its path',
});

export const DeadLetterDetail = Type.Object({
  ...DeadLetterResponse.properties,
  cause: Type.String(),
  type: Type.String({ description: 'The type of the event; empty where the entry says none' }),
  v: Type.String({ description: 'Its version' }),
  conforms,
  violations,
  key: Nullable(Type.String(), {
    description: 'The field that the contract orders its events by',
  }),
  schema: Nullable(
    Type.Object({
      required: Type.Array(Type.String()),
      properties: Type.Record(Type.String(), Type.Object({}, { additionalProperties: true })),
    }),
    { description: 'The JSON Schema of its fields, which are texts; null where none is known' },
  ),
  replays: Type.Object(
    {
      attempts: Type.Integer(),
      errors: Type.Array(Type.Object({ at: ms, error: Type.String() })),
    },
    { description: 'How often it was handled again in vain, and the newest errors' },
  ),
});
export type DeadLetterDetail = Static<typeof DeadLetterDetail>;

export const EditedReplay = Type.Object(
  {
    group,
    fields: Type.Optional(
      Type.Record(
        Type.String({ minLength: 1, maxLength: 128 }),
        Nullable(Type.String({ maxLength: FIELD_LENGTH })),
        {
          maxProperties: 100,
          description: 'The fields to change: their new text, or null to leave one out',
        },
      ),
    ),
    changeIdentity: Type.Optional(
      Type.Boolean({
        description:
          'Without it, what identifies the event stays: type, v, eventId, key and the field that is its key',
      }),
    ),
    dryRun: Type.Optional(
      Type.Boolean({ description: 'Only says what would become of it; nothing is handled' }),
    ),
  },
  { additionalProperties: false },
);
export type EditedReplay = Static<typeof EditedReplay>;

export const EditedReplayed = Type.Object({
  dryRun: Type.Boolean(),
  conforms,
  violations,
  refusal: Nullable(Type.String(), {
    description: 'Why the group would not even try, such as that it does not listen to the event',
  }),
  handled: Type.Boolean({ description: 'Whether it was handled, and is a dead letter no more' }),
  error: Nullable(Type.String(), { description: 'Why it failed again; it is kept as it was' }),
});
export type EditedReplayed = Static<typeof EditedReplayed>;

/** Which dead letters are meant, by their ids. */
export const deadLetterIds = Type.Optional(
  Type.Array(entryId, {
    minItems: 1,
    maxItems: MAX,
    description: `Without it: those of the filter, or the oldest ${MAX}`,
  }),
);
