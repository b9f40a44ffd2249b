/** The time without a break ends with every trouble, and with every pause in which nobody looked. */
import { test } from 'tap';
import { createHealthySince } from '../../../src/runtime/healthy-since.ts';

const MINUTE = 60_000;

/** A process whose clock and troubles the test has in its hand. */
function openProcess() {
  const state = { now: 1_000_000, troubles: [] as string[] };
  const since = createHealthySince(
    async () => state.troubles,
    () => state.now,
  );
  /** Looks every second for so long. */
  const pass = async (ms: number): Promise<number> => {
    let seen = await since();
    for (const end = state.now + ms; state.now < end;) {
      state.now += 1000;
      seen = await since();
    }
    return seen;
  };
  return { state, since, pass };
}

test('all is well since the start', async (t) => {
  const { state, pass } = openProcess();
  const start = state.now;
  t.equal(await pass(5 * MINUTE), start);
});

test('a trouble begins it anew, when it is over', async (t) => {
  const { state, pass } = openProcess();
  await pass(MINUTE);
  state.troubles = ['Redis cannot be reached'];
  t.equal(await pass(20 * MINUTE), state.now, 'as long as it lasts');
  const over = state.now;
  state.troubles = [];
  t.equal(await pass(MINUTE), over);
});

test('a process that stood still has heard nothing meanwhile', async (t) => {
  const { state, since, pass } = openProcess();
  await pass(MINUTE);
  state.now += 20 * MINUTE;
  t.equal(await since(), state.now);
});
