/** The waterfall of an order as it is drawn: which bars, where, and when a new axis begins. */
import { test } from 'tap';
import type { WaterfallEvent } from '../../../modules/orders/api.ts';
import {
  isSettled,
  toStretches,
} from '../../../modules/storefront/pages/operator/orders/layout.ts';

const T = 1_700_000_000_000;
const iso = (ms: number) => new Date(ms).toISOString();

type Group = WaterfallEvent['groups'][number];
type HandlerCall = Group['attempts'][number];

const attempt = (
  startedAt: number,
  durationMs: number,
  more: Partial<HandlerCall> = {},
): HandlerCall => ({
  attempt: 1,
  startedAt: iso(startedAt),
  waitedMs: 10,
  durationMs,
  outcome: 'handled',
  ...more,
});

const event = (at: number, state: Group['state'], attempts: HandlerCall[]): WaterfallEvent => ({
  type: 'order.placed',
  stream: 'S',
  eventId: `e${at}`,
  entryId: `${at}-0`,
  at: iso(at),
  publishedAt: iso(at),
  payload: null,
  groups: [{ group: 'readers', state, attempts }],
});

test('waiting and handling are bars of their own, and a failed attempt is told from one that was handled', (t) => {
  const failed = attempt(T + 20, 20, { outcome: 'retried', error: 'no' });
  const [stretch, ...others] = toStretches(
    [event(T, 'handled', [failed, attempt(T + 60, 40)])],
    T + 999,
  );
  t.same(others, []);
  t.equal(stretch?.lengthMs, 100);
  const row = stretch?.events[0]?.rows[0];
  t.same(row?.bars, [
    { kind: 'waiting', left: 0, width: 20 },
    { kind: 'failed', left: 20, width: 20 },
    { kind: 'waiting', left: 40, width: 20 },
    { kind: 'handled', left: 60, width: 40 },
  ]);
  t.match(row, { waitedMs: 20, handledMs: 60 });
  t.end();
});

test('what is open waits until now', (t) => {
  const [stretch] = toStretches([event(T, 'waiting', [])], T + 500);
  t.same(stretch?.events[0]?.rows[0]?.bars, [{ kind: 'waiting', left: 0, width: 100 }]);
  t.match(stretch?.events[0]?.rows[0], { waitedMs: 500, handledMs: undefined });
  t.end();
});

test('what was refused before its handler was called has waited, and failed then', (t) => {
  const refused = { startedAt: null, durationMs: null, waitedMs: 40 };
  const dead = attempt(T, 0, { ...refused, outcome: 'dead-lettered', error: 'no' });
  const [stretch] = toStretches([event(T, 'dead-letter', [dead])], T + 999);
  t.equal(stretch?.lengthMs, 40);
  t.same(stretch?.events[0]?.rows[0]?.bars, [
    { kind: 'waiting', left: 0, width: 100 },
    { kind: 'failed', left: 100, width: 0 },
  ]);
  t.match(stretch?.events[0]?.rows[0], { waitedMs: 40, handledMs: undefined });
  t.end();
});

test('what happens long after has an axis of its own', (t) => {
  const later = T + 86_400_000;
  const stretches = toStretches(
    [event(later, 'handled', [attempt(later + 5, 5)]), event(T, 'handled', [attempt(T + 1, 9)])],
    later + 99,
  );
  t.same(
    stretches.map(({ from, lengthMs, events }) => [from - T, lengthMs, events[0]?.afterMs]),
    [
      [0, 10, 0],
      [86_400_000, 10, 86_400_000],
    ],
  );
  t.end();
});

test('where nothing is known of when it was handled, nothing is drawn', (t) => {
  const [stretch] = toStretches([event(T, 'handled', [])], T + 500);
  t.match(stretch?.events[0]?.rows[0], { bars: [], waitedMs: undefined, handledMs: undefined });
  t.same(toStretches([], T), []);
  t.end();
});

test('an order is settled once nothing is open, and what was handled is recorded by then', (t) => {
  const done = event(T, 'handled', [attempt(T + 1, 9)]);
  t.ok(isSettled([done], T + 60_000));
  t.notOk(isSettled([done], T + 100), 'its records may still come');
  t.notOk(isSettled([done, event(T, 'retrying', [])], T + 60_000));
  t.ok(isSettled([event(T, 'dead-letter', [])], T + 60_000));
  t.end();
});
