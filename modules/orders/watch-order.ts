/** `GET /api/orders/:orderId/events`: the statuses of an order as server-sent events. */
import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import {
  atMost,
  createEventStreams,
  DomainError,
  requireCaller,
  toIso,
  wantsSession,
  type Caller,
  type ModuleContext,
  type Routes,
} from '#host';
import type { OrderDocument } from './document.ts';
import { LastEventId, OrderParams } from './schemas.ts';
import type { Settings } from './settings.ts';
import { stateOf } from './states.ts';
import { findOrders, requireOrder, type OrderStore } from './store.ts';
import { statusesOf, type StatusUpdate } from './order-events.ts';

export interface WatchTimes {
  /** After how long without an update a comment shows that the stream lives, in ms. */
  heartbeatMs: number;
  /** How long a stream is kept open; the client then comes again, in ms. */
  openMs?: number;
}

const HEARTBEAT_MS = 15_000;
/** When somebody with too many streams may try again, in s. */
const RETRY_AFTER_S = 10;
/** How long a client waits before it comes again, in ms. */
const RETRY_MS = 2000;

const schema = {
  summary: 'The statuses of an order of the caller as server-sent events, as they come',
  security: wantsSession,
  params: OrderParams,
  headers: LastEventId,
  response: {
    200: {
      description: 'Each status as an event `status`, numbered from 1',
      content: { 'text/event-stream': { schema: Type.Unsafe<Readable>(Type.String()) } },
    },
    204: Type.Null({ description: 'The order has ended, and all of it was received' }),
  },
};

type Limits = Pick<
  Settings,
  'EVENT_STREAMS' | 'EVENT_STREAMS_PER_USER' | 'EVENT_STREAMS_PER_ADDRESS'
>;

interface Dependencies {
  store: OrderStore;
  watch: ModuleContext['watch'];
  settings: Limits;
  /** Aborted when the process begins to stop. */
  signal: AbortSignal;
}

/** Adds the route, with its times where they are given. */
export function watchRoutes(
  { store, watch, settings, signal }: Dependencies,
  times: Partial<WatchTimes> = {},
): Routes {
  const { heartbeatMs = HEARTBEAT_MS, openMs } = times;
  const streams = createEventStreams<Caller>(signal, openMs);

  return (app) => {
    app.get(
      '/orders/:orderId/events',
      { exposeHeadRoute: false, schema },
      async (request, reply) => {
        const { orderId } = request.params;
        const caller = requireCaller(request);
        const order = await requireOrder(store, orderId, caller.userId);
        const { length } = statusesOf(order);
        const seen = readSeen(request.headers['last-event-id'], length);
        // Tells a client that comes again by itself not to.
        if (stateOf(order.orderStatusCode).final && seen === length)
          return reply.code(204).send(null);
        if (signal.aborted) throw full();
        requireCapacity(settings, streams.owners(), caller);
        return streams.send(reply, caller, (over) =>
          watchOrder({ store, watch }, { orderId, seen, heartbeatMs, signal: over }),
        );
      },
    );
  };
}

/** The number of the last event that a client has, or 0 where it names none that there was. */
function readSeen(text: string | undefined, length: number): number {
  const seen = /^[0-9]{1,9}$/.test(text ?? '') ? Number(text) : 0;
  return seen <= length ? seen : 0;
}

interface Watched {
  orderId: string;
  /** The last status that is known already. */
  seen: number;
  heartbeatMs: number;
  signal: AbortSignal;
}

/**
 * Gives the statuses of an order that came since, and then each as it comes, until one that nothing
 * can change any more, or until the signal. The stream only notifies: what is given stands in the
 * order, which is read once however often it was notified meanwhile.
 */
async function* watchOrder(
  { store, watch }: Pick<Dependencies, 'store' | 'watch'>,
  { orderId, seen, heartbeatMs, signal }: Watched,
): AsyncGenerator<string> {
  let notified = Promise.withResolvers<void>();
  const notify = (): void => notified.resolve();
  signal.addEventListener('abort', notify, { once: true });
  const end = watch(orderId, notify);
  try {
    yield `retry: ${RETRY_MS}\n\n`;
    for (let last = seen; !signal.aborted;) {
      // Whatever notifies from here on may be of an update to the order that is read.
      notified = Promise.withResolvers();
      const order = await findOrders(store, [orderId]).next();
      if (!order) return;
      const updates = statusesOf(order).slice(last);
      for (const update of updates) yield write(update, order);
      last += updates.length;
      if (stateOf(order.orderStatusCode).final) return;
      while (!(await atMost(heartbeatMs, notified.promise))) yield ':\n\n';
    }
  } finally {
    end();
  }
}

function write({ seq, at, ...status }: StatusUpdate, { answers: { payment } }: OrderDocument) {
  const { paymentId } = (stateOf(status.orderStatusCode).hasPayment && payment) || {};
  const data = JSON.stringify({ ...status, paymentId, at: toIso(at) });
  return `id: ${seq}\nevent: status\ndata: ${data}\n\n`;
}

/** Nobody takes the capacity of all others: neither one user, nor whoever makes many from one address. */
function requireCapacity(
  limits: Limits,
  open: readonly Caller[],
  { userId, address }: Caller,
): void {
  const ofUser = open.filter((one) => one.userId === userId).length;
  const ofAddress = open.filter((one) => one.address === address).length;
  if (ofUser >= limits.EVENT_STREAMS_PER_USER || ofAddress >= limits.EVENT_STREAMS_PER_ADDRESS)
    throw new DomainError(
      'too-many-requests',
      'too-many-own-event-streams',
      'You have too many event streams open; close some, or ask for the order itself.',
      { retryAfterS: RETRY_AFTER_S },
    );
  if (open.length >= limits.EVENT_STREAMS) throw full();
}

function full(): DomainError {
  return new DomainError(
    'unavailable',
    'too-many-event-streams',
    'This process keeps no more event streams open; try again, or ask for the order itself.',
  );
}
