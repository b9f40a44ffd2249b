/** Orders as the operator asks for them and sees them. */
import { Type, type Static } from 'typebox';
import { csvQuery, Nullable } from '#host';
import { TimelineItem, OrderResponse } from '../schemas.ts';
import { STATES } from '../states.ts';

export const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
/** Orders that a search gives where nothing else is asked for. */
export const FOUND = 5;

const CODES = Object.values(STATES);
const status = Type.Integer({
  enum: CODES.map(({ code }) => code),
  description: CODES.map(({ code, title }) => `${code} ${title}`).join(', '),
});
const time = (description: string) => Type.String({ format: 'date-time', description });
const ms = (description: string) => Nullable(Type.Number({ minimum: 0 }), { description });

/** Which orders are listed. */
export const OrdersQuery = Type.Object(
  {
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 320,
        description:
          'The beginning of an order id, of an order number (case and dash do not matter), or of the email of the contact (case does not matter): gives the newest that are found; it goes with `limit` alone',
      }),
    ),
    status: Type.Optional(status),
    userId: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    from: Type.Optional(time('Placed at this time or later')),
    to: Type.Optional(time('Placed before this time')),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_LIMIT,
        description: `Default: ${DEFAULT_LIMIT}, ${FOUND} of a search`,
      }),
    ),
    cursor: Type.Optional(
      Type.String({ maxLength: 128, description: 'nextCursor of the page before' }),
    ),
    ...csvQuery,
  },
  { additionalProperties: false },
);
export type OrdersQuery = Static<typeof OrdersQuery>;

/** An order in a list. */
const ListedOrder = Type.Object({
  orderId: Type.String(),
  orderNumber: Type.String(),
  userId: Type.String(),
  email: Type.Optional(Type.String({ description: 'Of its contact' })),
  orderStatusCode: Type.Integer({ description: 'As `status`' }),
  orderAmount: Type.Integer({ description: 'The total, in the smallest unit of the currency' }),
  refundedAmount: Type.Integer({ description: 'What was given back of it' }),
  currency: Type.String(),
  decimals: Type.Integer({ description: 'Decimals of the currency that amounts count in' }),
  pieces: Type.Integer({ description: 'Pieces of all products' }),
  paymentId: Type.Optional(Type.String()),
  createdAt: time('When it was placed'),
  updatedAt: time('When it was changed last'),
});
export type ListedOrder = Static<typeof ListedOrder>;

export const OrdersResponse = Type.Object({
  items: Type.Array(ListedOrder),
  nextCursor: Nullable(Type.String(), {
    description: 'Where the next page begins; null: this is the last',
  }),
});
export type OrdersPage = Static<typeof OrdersResponse>;

/** An order, with what only the operator sees. */
export const OperatorOrderResponse = Type.Object({
  ...OrderResponse.properties,
  statusSince: time('Since when it has its status'),
  waitingFor: Type.Array(Type.Enum(['stock', 'identity', 'payment']), {
    description: 'Whose answers it waits for',
  }),
  isFinal: Type.Boolean({ description: 'Whether nothing more happens to it by itself' }),
  identityScore: Type.Optional(
    Type.Number({ description: 'What digital-identity has said, 0 to 1' }),
  ),
  idempotencyKey: Type.Optional(
    Type.String({
      description: 'That of the request which placed it, until its customer is erased',
    }),
  ),
  traceparent: Type.Optional(
    Type.String({ description: 'The W3C trace context of the request which placed it' }),
  ),
  revision: Type.Integer({ description: 'How often it was changed' }),
});
export type OperatorOrder = Static<typeof OperatorOrderResponse>;

export const CancelBody = Type.Object(
  {
    reason: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        pattern: String.raw`\S`,
        description: 'Why; the customer is shown it',
      }),
    ),
  },
  { additionalProperties: false },
);

/** What the operator sees of an event besides: who failed, with what, and why. */
const OperatorTimelineItem = Type.Object({
  ...TimelineItem.properties,
  group: Type.Optional(Type.String({ description: 'The module whose step failed' })),
  entryId: Type.Optional(Type.String({ description: 'The id of the stream entry' })),
  error: Type.Optional(Type.String()),
});

export const OperatorTimelineResponse = Type.Object({
  orderId: Type.String(),
  items: Type.Array(OperatorTimelineItem, { description: 'Oldest first' }),
});

const WaterfallAttempt = Type.Object({
  attempt: Type.Integer({
    description: 'Which delivery it was, from 1; one that was deferred does not count',
  }),
  startedAt: Nullable(Type.String({ format: 'date-time' }), {
    description: 'When the handler was called; null where it was not, or nobody knows',
  }),
  waitedMs: ms('Since the event was published, or the attempt before ended, in ms'),
  durationMs: ms('How long the call of the handler took, for all events that it was given, in ms'),
  outcome: Type.Enum(['handled', 'retried', 'deferred', 'dead-lettered'], {
    description: 'deferred: a store was away, so that it did not count',
  }),
  error: Type.Optional(Type.String()),
});

const WaterfallGroup = Type.Object({
  group: Type.String({ description: 'The module that handles the event' }),
  state: Type.Enum(['waiting', 'in-progress', 'retrying', 'handled', 'dead-letter', 'unknown'], {
    description:
      'waiting: not given to it yet; in-progress: given to a process of it; retrying: failed, and tried again; handled without attempts: too long ago to know when',
  }),
  attempts: Type.Array(WaterfallAttempt),
});

const WaterfallEvent = Type.Object({
  type: Type.Optional(Type.String()),
  stream: Type.String(),
  eventId: Type.String(),
  entryId: Nullable(Type.String(), {
    description: 'Its entry in the stream; null where none was found',
  }),
  at: time('When it happened, by the clock of who published it'),
  publishedAt: Nullable(Type.String({ format: 'date-time' }), {
    description: 'When it was appended to its stream, by the clock of Redis',
  }),
  traceparent: Type.Optional(Type.String()),
  payload: Nullable(Type.Record(Type.String(), Type.String()), {
    description:
      'The fields of the entry; null where it is in the stream no more, or holds data of a customer who was erased',
  }),
  groups: Type.Array(WaterfallGroup),
});
export type WaterfallEvent = Static<typeof WaterfallEvent>;

export const WaterfallResponse = Type.Object({
  orderId: Type.String(),
  items: Type.Array(WaterfallEvent, { description: 'Every event of its life, oldest first' }),
});
export type Waterfall = Static<typeof WaterfallResponse>;
