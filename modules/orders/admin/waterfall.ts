/** The life of an order for the operator: each event, and what every module did with it, when, and how often. */
import { toIso, type EventTrace, type ModuleContext } from '#host';
import type { OrderDocument } from '../document.ts';
import type { Waterfall, WaterfallEvent } from './schemas.ts';

/** Nobody is shown where an order came from. */
const HIDDEN = ['origin'];

/** Finds what became of the order's events. */
export async function waterfallOf(
  trace: ModuleContext['trace'],
  { _id: orderId, userId, timeline }: OrderDocument,
): Promise<Waterfall> {
  const traces = await trace(orderId, timeline);
  return { orderId, items: traces.map((event) => present(event, userId)) };
}

/** A stream holds what was published before its customer was erased: that is not shown any more. */
function present({ fields, ...event }: EventTrace, userId: string): WaterfallEvent {
  const { type, stream, eventId, entryId, at, publishedAt, groups } = event;
  const isOurs = fields?.['userId'] === undefined || fields['userId'] === userId;
  const shown = Object.entries(fields ?? {}).filter(([name]) => !HIDDEN.includes(name));
  const { traceparent } = fields ?? {};
  return {
    ...(type !== undefined && { type }),
    stream,
    eventId,
    entryId,
    at: toIso(at),
    publishedAt: publishedAt === null ? null : toIso(publishedAt),
    ...(traceparent !== undefined && { traceparent }),
    payload: fields && isOurs ? Object.fromEntries(shown) : null,
    groups: groups.map(({ group, state, attempts }) => ({
      group,
      state,
      attempts: attempts.map(({ startedAt, ...rest }) => ({
        ...rest,
        startedAt: startedAt === null ? null : toIso(startedAt),
      })),
    })),
  };
}
