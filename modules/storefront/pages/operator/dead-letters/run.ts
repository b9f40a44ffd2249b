/** A run that replays many dead letters, call by call: how far it is, and the words for what came of it. */
import type { Replayed } from '../../../../../src/http/admin/api.ts';
import { count } from '../../lib/format.ts';
import type { Meant } from './calls.ts';

/** Different errors of a run that are kept. */
const ERRORS = 5;

export interface Run {
  meant: Meant;
  /** How many are meant, as whoever began it was told. */
  total: number;
  handled: number;
  failed: number;
  /** The first different errors, and how often each came. */
  errors: { error: string; times: number }[];
  /** Where the next call begins; undefined before the first. */
  from?: string;
  /** `left`: the page was left or loaded anew while it ran; `broken`: a call got no answer. */
  state: 'running' | 'stopped' | 'left' | 'broken' | 'done';
  /** Why it is broken. */
  problem?: string;
}

export const begin = (meant: Meant, total: number): Run => ({
  meant,
  total,
  handled: 0,
  failed: 0,
  errors: [],
  state: 'running',
});

export const triedOf = ({ handled, failed }: Run) => handled + failed;

/** The run after a call has been answered. */
export function advance(run: Run, { replayed, failed, nextCursor }: Replayed): Run {
  const errors = run.errors.map((one) => ({ ...one }));
  for (const { error } of failed) {
    const known = errors.find((one) => one.error === error);
    if (known) known.times += 1;
    else if (errors.length < ERRORS) errors.push({ error, times: 1 });
  }
  const isDone = typeof nextCursor !== 'string';
  return {
    ...run,
    handled: run.handled + replayed.length,
    failed: run.failed + failed.length,
    errors,
    ...(!isDone && { from: nextCursor }),
    state: isDone ? 'done' : run.state,
  };
}

export interface Said {
  kind: 'good' | 'warn' | 'bad' | 'plain';
  text: string;
}

/** What came of some that were tried. Failure is never good, and all of it is bad. */
export function sayTried(handled: number, failed: number): Said {
  if (handled + failed === 0) return { kind: 'plain', text: 'None of them was there any more.' };
  if (failed === 0) return { kind: 'good', text: `${count(handled)} handled.` };
  if (handled === 0) {
    const text = failed === 1 ? 'It failed again.' : `All ${count(failed)} failed again.`;
    return { kind: 'bad', text };
  }
  return { kind: 'warn', text: `${count(handled)} handled, ${count(failed)} failed again.` };
}

/** What is to be said of a run that does not go on. */
export function sayRun(run: Run): Said {
  const { handled, failed, total, state } = run;
  const said = sayTried(handled, failed);
  const rest = total - triedOf(run);
  if (state === 'done') {
    if (rest <= 0 || triedOf(run) === 0) return said;
    const gone = `${count(rest)} of ${count(total)} were gone before: handled or discarded meanwhile.`;
    return { kind: said.kind === 'good' ? 'warn' : said.kind, text: `${said.text} ${gone}` };
  }
  const tried = triedOf(run) === 0 ? 'None was tried.' : said.text;
  const text = `${tried} ${count(rest)} of ${count(total)} were not tried.`;
  if (state === 'broken') return { kind: 'bad', text: `${run.problem} ${text}` };
  const why = state === 'left' ? 'The page was left while this ran.' : 'Stopped.';
  return { kind: said.kind === 'bad' ? 'bad' : 'warn', text: `${why} ${text}` };
}
