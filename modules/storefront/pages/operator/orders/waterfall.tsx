/** The waterfall of an order: each event, and below it each module with how long it waited and was at work. */
import type { WaterfallEvent } from '../../../../orders/api.ts';
import { wordsOf } from '../../components/timeline.tsx';
import { dateTime, duration, timeOfDay } from '../../lib/format.ts';
import { hashOf, hashOfGroup } from '../streams/filters.ts';
import { layOut } from '../streams/payload.tsx';
import { toStretches, type Bar, type EventRow, type GroupRow, type Stretch } from './layout.ts';

type HandlingState = WaterfallEvent['groups'][number]['state'];
type HandlerCall = WaterfallEvent['groups'][number]['attempts'][number];

const MOODS: Record<HandlingState, 'good' | 'bad' | 'waiting' | 'plain'> = {
  waiting: 'waiting',
  'in-progress': 'waiting',
  retrying: 'bad',
  handled: 'good',
  'dead-letter': 'bad',
  unknown: 'plain',
};

const OUTCOMES: Record<HandlerCall['outcome'], string> = {
  handled: 'handled',
  retried: 'failed',
  deferred: 'a store was away',
  'dead-lettered': 'failed, and was given up',
};

/** What took next to no time is seen all the same: in percent of the axis. */
const SEEN = 0.5;

export function Waterfall({ items, now }: { items: readonly WaterfallEvent[]; now: number }) {
  return (
    <div class="waterfall">
      <p class="legend" aria-hidden="true">
        <Sample kind="waiting" /> waiting <Sample kind="handled" /> handling{' '}
        <Sample kind="failed" /> failed
      </p>
      {toStretches(items, now).map((stretch, i) => (
        <Axis key={stretch.events[0]?.event.eventId} stretch={stretch} isFirst={i === 0} />
      ))}
    </div>
  );
}

function Axis({ stretch, isFirst }: { stretch: Stretch; isFirst: boolean }) {
  const { from, lengthMs, events } = stretch;
  return (
    <section>
      <p class="fine axis">
        {isFirst ? 'From' : `${exactly(events[0]?.afterMs ?? 0)} later, from`}{' '}
        <time dateTime={new Date(from).toISOString()}>{dateTime(from)}</time>, for{' '}
        {exactly(lengthMs)}
      </p>
      <ol class="events" aria-labelledby="waterfall-heading">
        {events.map((row) => (
          <Event key={`${row.event.stream} ${row.event.entryId} ${row.event.eventId}`} row={row} />
        ))}
      </ol>
    </section>
  );
}

function Event({ row: { event, afterMs, rows } }: { row: EventRow }) {
  const { type = 'an event', stream, entryId, at, traceparent } = event;
  return (
    <li>
      <p class="event">
        <strong>{wordsOf(type)}</strong> <code>{type}</code>{' '}
        <span class="fine">
          <time dateTime={at} title={dateTime(at)}>
            {timeOfDay(at)}
          </time>
          {afterMs > 0 && `, after ${exactly(afterMs)}`}
        </span>
      </p>
      <ul class="groups">
        {rows.map((one) => (
          <Group key={one.group.group} row={one} stream={stream} />
        ))}
        {rows.length === 0 && <li class="fine">No module handles it.</li>}
      </ul>
      <details>
        <summary>Payload</summary>
        <p class="fine">
          {entryId === null ? (
            `Its entry is not in ${stream} any more.`
          ) : (
            <>
              Entry{' '}
              <a href={hashOf(stream, { from: entryId, to: entryId, order: 'newest' })}>
                {entryId}
              </a>{' '}
              of <a href={hashOf(stream)}>{stream}</a>
            </>
          )}
          {traceparent !== undefined && (
            <>
              , trace <code>{traceparent.split('-')[1]}</code>
            </>
          )}
        </p>
        {event.payload ? (
          <pre tabIndex={0} aria-label={`Payload of ${type}`}>
            {layOut(event.payload)}
          </pre>
        ) : (
          <p class="fine">It is not there any more, or holds data of a customer who was erased.</p>
        )}
      </details>
    </li>
  );
}

function Group({ row, stream }: { row: GroupRow; stream: string }) {
  const { group, state, attempts } = row.group;
  // One that went well is said by the row itself.
  const isPlain = attempts.length === 1 && attempts[0]?.outcome === 'handled';
  return (
    <li>
      <a class="group" href={hashOfGroup(stream, group)}>
        {group}
      </a>
      <svg class="track" aria-hidden="true">
        {row.bars.map(({ kind, left, width }, i) => (
          <rect
            key={i}
            class={`bar-${kind}`}
            x={`${Math.min(left, 100 - SEEN)}%`}
            width={`${Math.max(width, SEEN)}%`}
          />
        ))}
      </svg>
      <span class="said">{timesOf(row)}</span>
      <span class={`pill pill-${MOODS[state]}`}>{state}</span>
      {!isPlain && attempts.length > 0 && (
        <ol class="attempts" aria-label={`Attempts of ${group}`}>
          {attempts.map((one, i) => (
            <li key={i} class={one.outcome === 'handled' ? undefined : 'is-bad'}>
              {sentenceOf(one)}
              {one.error !== undefined && <code dir="auto">{one.error}</code>}
            </li>
          ))}
        </ol>
      )}
      {state === 'dead-letter' && (
        <a class="letter" href={`#dead-letters/${stream}/${group}`}>
          Dead letters of {group}
        </a>
      )}
    </li>
  );
}

function Sample({ kind }: { kind: Bar['kind'] }) {
  return (
    <svg>
      <rect class={`bar-${kind}`} width="100%" />
    </svg>
  );
}

function timesOf({ waitedMs, handledMs, group: { state } }: GroupRow): string {
  if (waitedMs === undefined)
    return state === 'handled' ? 'when is not known any more' : 'nothing is known';
  const waited = `waited ${exactly(waitedMs)}`;
  return handledMs === undefined ? waited : `${waited}, at work ${exactly(handledMs)}`;
}

function sentenceOf({ attempt, startedAt, waitedMs, durationMs, outcome }: HandlerCall): string {
  const waited = waitedMs === null ? '' : `waited ${exactly(waitedMs)}, `;
  const took = durationMs === null ? '' : `at work ${exactly(durationMs)}, `;
  const when = startedAt === null ? '' : ` at ${timeOfDay(startedAt)}`;
  return `Attempt ${attempt}${when}: ${waited}${took}${OUTCOMES[outcome]}`;
}

/** A length of time in ms, to the tenth where it is short. */
function exactly(ms: number): string {
  if (ms < 10) return `${Math.round(ms * 10) / 10} ms`;
  return ms < 10_000 && ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : duration(ms);
}
