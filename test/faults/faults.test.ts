/** The short form of the fault harness: a run that keeps every promise, and two bugs that it finds. */
import { test, type Test } from 'tap';
import { runFaults, type Report } from './harness.ts';
import { DEFAULTS, type FaultsOptions } from './options.ts';
import { complaints } from './table.ts';

const KINDS = 6;

/** Runs the harness; what it started is ended when the test ends early. */
async function run(t: Test, options: Partial<FaultsOptions>): Promise<Report> {
  const ending = new AbortController();
  t.teardown(() => ending.abort());
  return runFaults({ ...DEFAULTS, seconds: 10, seed: 7, ...options }, ending.signal);
}

function brokenRules({ violations }: Report): string[] {
  return [...new Set(violations.map(({ rule }) => rule))];
}

test('the invariants hold, whatever is killed, frozen, cut off and poisoned', async (t) => {
  const report = await run(t, { seconds: 25, paceMs: 1500, settleSeconds: 120 });
  const kinds = [...report.faults.values()].filter((count) => count > 0).length;
  t.ok(kinds >= KINDS, `${kinds} kinds of faults came`);
  t.ok(report.balance.paid > 0, `${report.balance.paid} orders were paid`);
  t.ok(report.balance.observed > 0, `${report.balance.observed} acknowledgements were seen`);
  t.equal(
    complaints(report),
    '',
    `rules that were broken: ${brokenRules(report).join() || 'none'}`,
  );
});

test('acknowledging before the effect is stored is found', async (t) => {
  const report = await run(t, {
    plant: 'ack-before-effect',
    seconds: 5,
    faults: ['process-kill'],
    settleSeconds: 3,
  });
  t.ok(brokenRules(report).includes('acknowledged-after-the-effect'), brokenRules(report).join());
});

test('publishing before the change is stored is found', async (t) => {
  const report = await run(t, {
    plant: 'publish-before-write',
    seconds: 5,
    faults: ['redis-cut'],
    settleSeconds: 3,
  });
  t.ok(brokenRules(report).includes('events-tell-what-is-stored'), brokenRules(report).join());
});
