/** `GET /api/orders/:orderId/events`: the statuses of an order as server-sent events. */
import { Readable } from 'node:stream';
import { Type } from 'typebox';
import {
  atMost,
  DomainError,
  sessionOf,
  toIso,
  wantsSession,
  type Caller,
  type ModuleContext,
  type Routes,
} from '#host';
import type { OrderDocument } from './document.ts';
import { LastEventId, OrderParams } from './schemas.ts';
import { stateOf } from './states.ts';
import { findOrders, requireOrder } from './store.ts';
import { statusesOf, type StatusUpdate } from './timeline.ts';
import { settingsOf, type Settings } from './settings.ts';

export interface EventStreamTimes {
  /** After how long without news a comment shows that the stream lives, in ms. */
  heartbeatMs: number;
  /** How long a stream is kept open; the client then comes again, in ms. */
  openMs: number;
}

const TIMES: EventStreamTimes = { heartbeatMs: 15_000, openMs: 1_800_000 };
/** When somebody with too many streams may try again, in s. */
const RETRY_AFTER_S = 10;
/** How long a client waits before it comes again, in ms. */
const RETRY_MS = 2000;
/** How long a client that has stopped reading is waited for at the end, in ms. */
const LINGER_MS = 1000;

/** Makes the route with its times. */
export function eventStream(context: ModuleContext, times: Partial<EventStreamTimes> = {}): Routes {
  const { heartbeatMs, openMs } = { ...TIMES, ...times };
  return (app) => {
    /** What ends each stream that is open, with whose it is. */
    const open = new Map<() => void, Caller>();
    // Without this, stopping would wait for every client that watches an order.
    context.signal.addEventListener('abort', () => open.forEach((_caller, end) => end()), {
      once: true,
    });

    app.get(
      '/orders/:orderId/events',
      {
        exposeHeadRoute: false,
        schema: {
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
        },
      },
      async (request, reply) => {
        const { orderId } = request.params;
        const caller = sessionOf(request);
        const order = await requireOrder(context, orderId, caller.userId);
        const { length } = statusesOf(order);
        const seen = readSeen(request.headers['last-event-id'], length);
        // Tells a client that comes again by itself not to.
        if (stateOf(order.orderStatusCode).final && seen === length)
          return reply.code(204).send(null);
        if (context.signal.aborted) throw full();
        requireRoom(settingsOf(context), [...open.values()], caller);

        const over = new AbortController();
        const end = (): void => over.abort();
        const timer = setTimeout(end, openMs);
        open.set(end, caller);
        const closed = (): void => {
          open.delete(end);
          clearTimeout(timer);
          end();
        };
        reply.raw.once('close', closed);
        if (reply.raw.destroyed) closed();

        const following = { orderId, seen, heartbeatMs, signal: over.signal };
        const body = Readable.from(follow(context, following));
        over.signal.addEventListener('abort', () => {
          setTimeout(() => body.destroy(), LINGER_MS).unref();
        });
        return reply
          .type('text/event-stream')
          .headers({
            'cache-control': 'no-cache',
            'x-accel-buffering': 'no',
            // The connection ends with the stream, so that no stopping process waits for it.
            connection: 'close',
          })
          .send(body);
      },
    );
  };
}

/** The number of the last event that a client has, or 0 where it names none that there was. */
function readSeen(text: string | undefined, length: number): number {
  const seen = /^[0-9]{1,9}$/.test(text ?? '') ? Number(text) : 0;
  return seen <= length ? seen : 0;
}

interface Following {
  orderId: string;
  /** The last status that is known already. */
  seen: number;
  heartbeatMs: number;
  signal: AbortSignal;
}

/**
 * Gives the statuses of an order that came since, and then each as it comes, until one that nothing
 * can change any more, or until the signal. The stream only wakes it: what is given stands in the
 * order, which is read once however often it was woken meanwhile.
 */
async function* follow(
  context: ModuleContext,
  { orderId, seen, heartbeatMs, signal }: Following,
): AsyncGenerator<string> {
  let woken = Promise.withResolvers<void>();
  const wake = (): void => woken.resolve();
  signal.addEventListener('abort', wake, { once: true });
  const end = context.watch(orderId, wake);
  try {
    yield `retry: ${RETRY_MS}\n\n`;
    for (let last = seen; !signal.aborted;) {
      // Whatever wakes it from here on may be news to the order that is read.
      woken = Promise.withResolvers();
      const order = await findOrders(context, [orderId]).next();
      if (!order) return;
      const news = statusesOf(order).slice(last);
      for (const status of news) yield written(status, order);
      last += news.length;
      if (stateOf(order.orderStatusCode).final) return;
      while (!(await atMost(heartbeatMs, woken.promise))) yield ':\n\n';
    }
  } finally {
    end();
  }
}

function written({ seq, at, ...status }: StatusUpdate, { answers: { payment } }: OrderDocument) {
  const { paymentId } = (stateOf(status.orderStatusCode).hasPayment && payment) || {};
  const data = JSON.stringify({ ...status, paymentId, at: toIso(at) });
  return `id: ${seq}\nevent: status\ndata: ${data}\n\n`;
}

/** Nobody takes the room of all others: neither one user, nor whoever makes many from one address. */
function requireRoom(config: Settings, open: readonly Caller[], { userId, address }: Caller): void {
  const ofUser = open.filter((one) => one.userId === userId).length;
  const ofAddress = open.filter((one) => one.address === address).length;
  if (ofUser >= config.EVENT_STREAMS_PER_USER || ofAddress >= config.EVENT_STREAMS_PER_ADDRESS)
    throw new DomainError(
      'too-many-requests',
      'too-many-own-event-streams',
      'You have too many event streams open; close some, or ask for the order itself.',
      { retryAfterS: RETRY_AFTER_S },
    );
  if (open.length >= config.EVENT_STREAMS) throw full();
}

function full(): DomainError {
  return new DomainError(
    'unavailable',
    'too-many-event-streams',
    'This process keeps no more event streams open; try again, or ask for the order itself.',
  );
}
