/** What counts as ok, slow, paused, stopped, abandoned and absent, and what is said to do about it. */
import { test } from 'tap';
import { judgeGroup, judgeModule, SILENT_MS, worst } from '../../../src/health/judge.ts';
import { HEALTHS } from '../../../src/health/facts.ts';
import type { Facts, GroupFacts, ProcessFacts } from '../../../src/health/facts.ts';

const SLOW_MS = 5000;
const ABANDONED_MS = 600_000;
const NOW = 1_795_948_090_952;

/** A process that runs payments and is well, but for what the test says. */
const processWith = (more: Partial<ProcessFacts> = {}): ProcessFacts => ({
  id: 'one',
  url: 'http://10.0.0.5:3004',
  modules: ['payments'],
  version: '1.0.0',
  startedAt: 1,
  host: 'web-2',
  pid: 4711,
  failing: [],
  heardAt: NOW,
  stopped: false,
  ...more,
});

const factsWith = (more: Partial<Facts> = {}): Facts => ({
  modules: [{ name: 'payments', listens: ['ORDERS_STREAM'], writes: 'PAYMENTS_STREAM' }],
  processes: [processWith()],
  heardAt: new Map([['payments', NOW]]),
  slowMs: SLOW_MS,
  abandonedMs: ABANDONED_MS,
  keyPrefix: 'shop:',
  ...more,
});

/** The group of payments, with nothing to do, but for what the test says. */
const groupWith = (more: Partial<GroupFacts> = {}): GroupFacts => ({
  stream: 'ORDERS_STREAM',
  group: 'payments',
  consumers: 1,
  isPaused: false,
  lag: 0,
  pending: 0,
  waitingMs: null,
  silentMs: null,
  ...more,
});

test('a group whose module runs and that has nothing to do is ok, however long it was silent', (t) => {
  t.same(judgeGroup(groupWith(), factsWith()), { health: 'ok', advice: null });
  t.equal(judgeGroup(groupWith({ silentMs: 3_600_000 }), factsWith()).health, 'ok');
  t.equal(judgeGroup(groupWith({ consumers: 0 }), factsWith()).health, 'ok', 'it begins to read');
  t.end();
});

test('a group is slow from when its oldest entry has waited for the bound on', (t) => {
  const waiting = (waitingMs: number) => groupWith({ lag: 3, waitingMs, silentMs: 0 });
  t.equal(judgeGroup(waiting(SLOW_MS - 1), factsWith()).health, 'ok');
  const slow = judgeGroup(waiting(SLOW_MS), factsWith());
  t.equal(slow.health, 'slow');
  t.match(slow.advice, /MODULES=payments npm start/);
  const unread = judgeGroup(groupWith({ lag: 3, waitingMs: SLOW_MS, consumers: 0 }), factsWith());
  t.match(unread, { health: 'slow', advice: /does not read yet/ });
  t.end();
});

test('a group whose process says what fails is slow, by the words of that', (t) => {
  const failing = [processWith({ failing: ['MongoDB cannot be reached'] })];
  t.match(judgeGroup(groupWith(), factsWith({ processes: failing })), {
    health: 'slow',
    advice: 'http://10.0.0.5:3004 says: MongoDB cannot be reached.',
  });
  t.end();
});

test('a group without a process is stopped, whether entries wait or not', (t) => {
  const ended = factsWith({ processes: [] });
  t.match(judgeGroup(groupWith(), ended), {
    health: 'stopped',
    advice: 'No process runs payments. Start it: MODULES=payments npm start.',
  });
  t.equal(judgeGroup(groupWith({ lag: 9, waitingMs: 100 }), ended).health, 'stopped');
  t.end();
});

test('a process whose heartbeats have ended counts as none, and is named with how to continue it', (t) => {
  const lost = factsWith({ processes: [processWith({ stopped: true })] });
  const { health, advice } = judgeGroup(groupWith(), lost);
  t.equal(health, 'stopped');
  t.match(advice, /http:\/\/10\.0\.0\.5:3004 gives no sign of life/);
  t.match(advice, /kill -CONT 4711 on web-2/);
  const other = processWith({ id: 'two' });
  const both = factsWith({ processes: [processWith({ stopped: true }), other] });
  t.equal(judgeGroup(groupWith(), both).health, 'ok', 'its copy runs');
  const before = processWith({ stopped: true, heardAt: NOW - 60_000 });
  t.match(
    judgeGroup(groupWith(), factsWith({ processes: [before] })).advice,
    /^No process runs payments\./,
    'one that ran since has ended in order',
  );
  t.end();
});

test('a paused group is paused, unless nobody would read it anyway', (t) => {
  const paused = groupWith({ isPaused: true, lag: 9, waitingMs: 60_000 });
  t.match(judgeGroup(paused, factsWith()), { health: 'paused', advice: /resumed/ });
  t.equal(judgeGroup(paused, factsWith({ processes: [] })).health, 'stopped');
  t.end();
});

test('a group on a stream that its module does not listen to any more is abandoned', (t) => {
  const { health, advice } = judgeGroup(groupWith({ stream: 'SESSIONS_STREAM' }), factsWith());
  t.equal(health, 'abandoned');
  t.match(advice, /redis-cli XGROUP DESTROY shop:SESSIONS_STREAM payments/);
  t.end();
});

const stateOfForeign = (more: Partial<GroupFacts>) =>
  judgeGroup(groupWith({ group: 'reports', ...more }), factsWith()).health;

test('a foreign group is judged by its consumers and by what waits', (t) => {
  t.equal(stateOfForeign({}), 'ok', 'it has read all');
  t.equal(stateOfForeign({ lag: 1, waitingMs: 100, silentMs: 50 }), 'ok');
  t.equal(stateOfForeign({ lag: 1, waitingMs: SLOW_MS, silentMs: 50 }), 'slow');
  t.equal(stateOfForeign({ lag: 1, waitingMs: 100, consumers: 0 }), 'stopped', 'nobody reads');
  t.equal(stateOfForeign({ pending: 1, waitingMs: SLOW_MS, silentMs: SILENT_MS + 1 }), 'stopped');
  t.equal(stateOfForeign({ consumers: 0 }), 'abandoned', 'nobody reads, and nothing waits');
  const long = { lag: 1, waitingMs: ABANDONED_MS + 1 };
  t.equal(stateOfForeign({ ...long, consumers: 0 }), 'abandoned');
  t.equal(stateOfForeign({ ...long, silentMs: ABANDONED_MS + 1 }), 'abandoned');
  t.equal(stateOfForeign({ ...long, silentMs: 10 }), 'slow', 'it has far to go');
  t.end();
});

const ranOnce = (ran: string[]) =>
  factsWith({ processes: [], heardAt: new Map(ran.map((name) => [name, NOW])) });

test('a module is stopped where it ran within a day or has a group, and else absent', (t) => {
  t.match(judgeModule('payments', [], ranOnce(['payments'])), {
    health: 'stopped',
    advice: /MODULES=payments npm start/,
  });
  t.match(judgeModule('payments', [], ranOnce([])), {
    health: 'absent',
    advice: /MODULES=payments/,
  });
  const ok = { health: 'ok', advice: null } as const;
  t.equal(judgeModule('payments', [ok], ranOnce([])).health, 'stopped', 'its group is there');
  t.end();
});

test('a module is as well as the worst of its processes and groups', (t) => {
  const slow = { health: 'slow', advice: 'wait' } as const;
  const ok = { health: 'ok', advice: null } as const;
  t.same(judgeModule('payments', [ok, slow], factsWith()), slow);
  t.same(judgeModule('payments', [ok], factsWith()), ok);
  const failing = factsWith({ processes: [processWith({ failing: ['the disk is full'] })] });
  t.match(judgeModule('payments', [ok], failing), { health: 'slow', advice: /the disk is full/ });
  const all = HEALTHS.map((health) => ({ health, advice: null }));
  t.equal(worst(all).health, 'stopped');
  t.equal(worst([]).health, 'ok');
  t.end();
});
