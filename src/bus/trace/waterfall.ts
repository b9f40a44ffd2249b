/** Putting together, pure, what became of events in each group: what waited how long, what was tried, how it ended. */
import type { Fields } from '../contract/event.ts';
import type { Failure } from '../recover/failure-log.ts';
import { compareIds, timeOf } from '../replies.ts';
import type { HandledDelivery } from './delivery-log.ts';

/** A delivery of an entry to the handler of a group. */
export interface DeliveryTrace {
  /** Which delivery it was, from 1; one that was deferred does not count, and the next has its number. */
  attempt: number;
  /** When the handler was called, and for how long, in ms; null where it was called with nothing or nobody knows. */
  startedAt: number | null;
  durationMs: number | null;
  /** Since the entry was in the stream or the attempt before had ended, in ms. */
  waitedMs: number | null;
  outcome: 'handled' | Failure['outcome'];
  error?: string;
}

/**
 * Where an entry stands in a group: `waiting` to be given to it; `in-progress`: given to a consumer;
 * `retrying`: failed, and to be tried again; `unknown`: nobody can say any more, or the group is not there.
 */
export type HandlingState =
  | 'waiting'
  | 'in-progress'
  | 'retrying'
  | 'handled'
  | 'dead-letter'
  | 'unknown';

export interface GroupTrace {
  group: string;
  state: HandlingState;
  /** In their order; those before are not known of one that was handled too long ago. */
  attempts: DeliveryTrace[];
}

/** An event in its stream, and what the groups did with it. */
export interface EventTrace {
  stream: string;
  eventId: string;
  type: string | undefined;
  /** When it happened, by the publisher's clock, and when it was appended, by that of Redis; ms since the epoch. */
  at: number;
  publishedAt: number | null;
  entryId: string | null;
  /** Undefined where the entry was trimmed, or never found. */
  fields: Fields | undefined;
  groups: GroupTrace[];
}

/** What Redis says of an entry and a group. */
export type Acknowledgement = 'unread' | 'pending' | 'acknowledged';

/** An event as it was found, or not. */
export type FoundEvent = Omit<EventTrace, 'groups' | 'publishedAt'>;

/** What the trace is made of. */
export interface Found {
  events: readonly FoundEvent[];
  /** The groups that handle events of the type. */
  readersOf: (event: Pick<FoundEvent, 'stream' | 'type'>) => readonly string[];
  handled: readonly HandledDelivery[];
  failures: readonly Failure[];
  acknowledgementOf: (event: FoundEvent, group: string) => Acknowledgement | undefined;
}

/** Puts together what was found, the oldest event first. */
export function toTraces(found: Found): EventTrace[] {
  return found.events
    .map((event) => {
      const { entryId } = event;
      const publishedAt = entryId === null ? null : timeOf(entryId);
      const of = <One extends HandledDelivery | Failure>(list: readonly One[]): One[] =>
        list.filter((one) => one.stream === event.stream && one.entryId === entryId);
      const [handled, failures] = [of(found.handled), of(found.failures)];
      const names = [...found.readersOf(event), ...[...handled, ...failures].map(groupOf)];
      const groups = [...new Set(names)].map((group) => {
        const attempts = attemptsOf(
          publishedAt,
          handled.filter((one) => one.group === group),
          failures.filter((one) => one.group === group),
        );
        const state = stateOf(attempts, found.acknowledgementOf(event, group));
        return { group, state, attempts };
      });
      return { ...event, publishedAt, groups };
    })
    .toSorted((a, b) => a.at - b.at || compareIds(a.entryId ?? '0-0', b.entryId ?? '0-0'));
}

const groupOf = ({ group }: { group: string }): string => group;

function attemptsOf(
  publishedAt: number | null,
  handled: readonly HandledDelivery[],
  failures: readonly Failure[],
): DeliveryTrace[] {
  const all = [
    ...handled.map((one) => ({ ...one, outcome: 'handled' as const, endedAt: 0 })),
    ...failures.map((one) => ({ ...one, endedAt: one.at })),
  ].toSorted((a, b) => (a.startedAt ?? a.endedAt) - (b.startedAt ?? b.endedAt));
  let since = publishedAt;
  return all.map(({ attempt, startedAt, durationMs, outcome, endedAt, ...rest }) => {
    const begun = startedAt ?? endedAt;
    // Clocks differ a little.
    const waitedMs = since === null ? null : Math.max(0, begun - since);
    since = begun + (durationMs ?? 0);
    return {
      attempt,
      startedAt: startedAt ?? null,
      durationMs: durationMs ?? null,
      waitedMs,
      outcome,
      ...('error' in rest && { error: rest.error }),
    };
  });
}

function stateOf(
  attempts: readonly DeliveryTrace[],
  acknowledgement: Acknowledgement | undefined,
): HandlingState {
  const last = attempts.at(-1)?.outcome;
  if (last === 'handled') return 'handled';
  if (last === 'dead-lettered') return 'dead-letter';
  switch (acknowledgement) {
    case 'unread':
      return 'waiting';
    case 'pending':
      return last === undefined ? 'in-progress' : 'retrying';
    case 'acknowledged':
      return 'handled';
    case undefined:
      return 'unknown';
  }
}
