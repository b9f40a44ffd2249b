/** What became of an event in each group follows from what the logs and Redis say, whatever of it is missing. */
import { test } from 'tap';
import type { Failure } from '../../../src/bus/recover/failure-log.ts';
import {
  toTraces,
  type Acknowledgement,
  type FoundEvent,
} from '../../../src/bus/trace/waterfall.ts';

const T = 1_700_000_000_000;
const where = { stream: 'S', group: 'readers', entryId: `${T}-0` };
const event: FoundEvent = {
  stream: 'S',
  eventId: 'e',
  type: 'thing.happened',
  at: T - 5,
  entryId: `${T}-0`,
  fields: { k: 'a' },
};
const failed = (attempt: number, startedAt: number, outcome: Failure['outcome']): Failure => ({
  ...where,
  eventId: 'e',
  at: startedAt + 10,
  startedAt,
  durationMs: 10,
  attempt,
  outcome,
  error: `failure ${attempt}`,
});
const handled = (attempt: number, startedAt: number) => ({
  ...where,
  attempt,
  startedAt,
  durationMs: 4,
});

function groupOf(found: {
  handled?: ReturnType<typeof handled>[];
  failures?: Failure[];
  says?: Acknowledgement;
}) {
  const [trace] = toTraces({
    events: [event],
    readersOf: () => ['readers'],
    handled: found.handled ?? [],
    failures: found.failures ?? [],
    acknowledgementOf: () => found.says,
  });
  return trace!.groups[0]!;
}

test('each attempt has waited since the one before it ended, the first since it was published', (t) => {
  const { state, attempts } = groupOf({
    handled: [handled(3, T + 230)],
    failures: [failed(2, T + 120, 'retried'), failed(1, T + 7, 'retried')],
  });
  t.equal(state, 'handled');
  t.same(
    attempts.map(({ attempt, waitedMs, durationMs, outcome, error }) => [
      attempt,
      waitedMs,
      durationMs,
      outcome,
      error,
    ]),
    [
      [1, 7, 10, 'retried', 'failure 1'],
      [2, 103, 10, 'retried', 'failure 2'],
      [3, 100, 4, 'handled', undefined],
    ],
  );
  t.end();
});

test('where a group stands is what was last heard of it, or else what Redis says', (t) => {
  t.equal(groupOf({ says: 'unread' }).state, 'waiting');
  t.equal(groupOf({ says: 'pending' }).state, 'in-progress');
  t.equal(groupOf({ says: 'acknowledged' }).state, 'handled');
  t.equal(groupOf({}).state, 'unknown');
  const failures = [failed(1, T, 'deferred')];
  t.equal(groupOf({ failures, says: 'pending' }).state, 'retrying');
  t.equal(groupOf({ failures, says: 'acknowledged' }).state, 'handled', 'it is not written yet');
  const dead = [failed(8, T, 'dead-lettered')];
  t.equal(groupOf({ failures: dead, says: 'acknowledged' }).state, 'dead-letter');
  t.equal(groupOf({ failures: dead, handled: [handled(9, T + 99)] }).state, 'handled');
  t.end();
});

test('clocks that differ make no negative wait, and what was given to no handler has no times', (t) => {
  t.equal(groupOf({ handled: [handled(1, T - 3)] }).attempts[0]?.waitedMs, 0);
  const { startedAt: _, durationMs: __, ...malformed } = failed(1, T, 'dead-lettered');
  t.match(groupOf({ failures: [malformed] }).attempts, [{ startedAt: null, durationMs: null }]);
  t.end();
});

test('a group that was not expected is shown, and events are in the order of time', (t) => {
  const earlier = { ...event, eventId: 'd', at: T - 9, entryId: `${T - 8}-0` };
  const traces = toTraces({
    events: [event, earlier],
    readersOf: () => [],
    handled: [handled(1, T + 1)],
    failures: [],
    acknowledgementOf: () => undefined,
  });
  t.same(
    traces.map(({ eventId, groups }) => [eventId, groups.map(({ group }) => group)]),
    [
      ['d', []],
      ['e', ['readers']],
    ],
  );
  t.end();
});
