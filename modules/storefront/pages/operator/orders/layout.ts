/** The waterfall as a drawing, pure: which bar stands where, on which axis. */
import type { WaterfallEvent } from '../../../../orders/api.ts';

type Group = WaterfallEvent['groups'][number];
type HandlerCall = Group['attempts'][number];

/** So long must nothing happen that a new axis begins, in ms: a refund may come weeks later. */
const PAUSE_MS = 10_000;
/** So young may an event be for its handling to be still unrecorded, in ms. */
const RECORDED_MS = 5000;

/** A bar, in percent of the axis. */
export interface Bar {
  kind: 'waiting' | 'handled' | 'failed';
  left: number;
  width: number;
}

export interface GroupRow {
  group: Group;
  bars: Bar[];
  /** In ms, over all attempts; undefined where it is not known. */
  waitedMs: number | undefined;
  handledMs: number | undefined;
}

export interface EventRow {
  event: WaterfallEvent;
  /** Since the first event of all, in ms. */
  afterMs: number;
  rows: GroupRow[];
}

/** Events with nothing long between them, drawn on one axis. */
export interface Stretch {
  /** When the axis begins, in ms since the epoch, and how long it is. */
  from: number;
  lengthMs: number;
  events: EventRow[];
}

const OPEN: ReadonlySet<Group['state']> = new Set(['waiting', 'in-progress', 'retrying']);

/** Whether nothing more is to be known of the events, as far as it can be seen `now`, in ms since the epoch. */
export function isSettled(events: readonly WaterfallEvent[], now: number): boolean {
  return events.every(
    (event) =>
      now - beginningOf(event) > RECORDED_MS && event.groups.every(({ state }) => !OPEN.has(state)),
  );
}

/** Where each event with its groups stands; what is open lasts until `now`. */
export function toStretches(events: readonly WaterfallEvent[], now: number): Stretch[] {
  const first = events.length === 0 ? 0 : Math.min(...events.map(beginningOf));
  const stretches: { from: number; to: number; events: WaterfallEvent[] }[] = [];
  for (const event of events.toSorted((a, b) => beginningOf(a) - beginningOf(b))) {
    const [from, to] = [beginningOf(event), endOf(event, now)];
    const last = stretches.at(-1);
    if (last && from - last.to < PAUSE_MS) {
      last.to = Math.max(last.to, to);
      last.events.push(event);
    } else stretches.push({ from, to, events: [event] });
  }
  return stretches.map(({ from, to, events: those }) => {
    const lengthMs = Math.max(1, to - from);
    return {
      from,
      lengthMs,
      events: those.map((event) => ({
        event,
        afterMs: beginningOf(event) - first,
        rows: event.groups.map((group) => toRow(event, group, { from, lengthMs, now })),
      })),
    };
  });
}

/** When an event could be handled. */
function beginningOf({ publishedAt, at }: WaterfallEvent): number {
  return Date.parse(publishedAt ?? at);
}

function endOf(event: WaterfallEvent, now: number): number {
  const ends = event.groups.flatMap((group) => [
    ...callsOf(event, group).map(({ end }) => end),
    ...(OPEN.has(group.state) ? [now] : []),
  ]);
  return Math.max(beginningOf(event), ...ends);
}

interface Call {
  attempt: HandlerCall;
  /** Since when it was waited for, and when it began and ended, in ms since the epoch. */
  since: number;
  start: number;
  end: number;
}

/**
 * The attempts of which it is known when they were, each after the one before. One that was refused before
 * the handler was called has waited, and took no time.
 */
function callsOf(event: WaterfallEvent, { attempts }: Group): Call[] {
  let since = beginningOf(event);
  const calls: Call[] = [];
  for (const attempt of attempts) {
    const { startedAt, waitedMs, durationMs } = attempt;
    if (startedAt === null && waitedMs === null) continue;
    const begun = startedAt === null ? since + waitedMs! : Date.parse(startedAt);
    const start = Math.max(since, begun);
    const end = Math.max(start, begun + (durationMs ?? 0));
    calls.push({ attempt, since, start, end });
    since = end;
  }
  return calls;
}

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

function toRow(
  event: WaterfallEvent,
  group: Group,
  axis: { from: number; lengthMs: number; now: number },
): GroupRow {
  const bars: Bar[] = [];
  const add = (kind: Bar['kind'], from: number, to: number): void => {
    const left = Math.min(Math.max(0, (100 * (from - axis.from)) / axis.lengthMs), 100);
    bars.push({ kind, left, width: Math.max(0, (100 * (to - from)) / axis.lengthMs) });
  };
  const calls = callsOf(event, group);
  for (const { attempt, since, start, end } of calls) {
    if (start > since) add('waiting', since, start);
    add(attempt.outcome === 'handled' ? 'handled' : 'failed', start, end);
  }
  const isOpen = OPEN.has(group.state);
  const since = calls.at(-1)?.end ?? beginningOf(event);
  if (isOpen) add('waiting', since, axis.now);
  const waitedMs = sum(calls.map(({ attempt }) => attempt.waitedMs));
  const openMs = isOpen ? Math.max(0, axis.now - since) : 0;
  const called = calls.filter(({ attempt }) => attempt.startedAt !== null);
  return {
    group,
    bars,
    waitedMs: calls.length > 0 || isOpen ? waitedMs + openMs : undefined,
    handledMs: called.length > 0 ? sum(called.map(({ attempt }) => attempt.durationMs)) : undefined,
  };
}
