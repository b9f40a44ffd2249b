/**
 * The run of this tab: one at a time, on every section, and kept while the tab is open. One that was left
 * does not go on by itself, and says so.
 */
import { signal } from '@preact/signals';
import { Problem } from '../../lib/http.ts';
import { replaySome, type Meant } from './calls.ts';
import { advance, begin, type Run } from './run.ts';

const KEY = 'millrace.operator.replay';

export const run = signal<Run | undefined>(undefined);

/** Takes up the run of this tab, once the page is there. */
export function takeUpRun(): void {
  if (run.value) return;
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Run | null;
    if (kept) keep(kept.state === 'running' ? { ...kept, state: 'left' } : kept);
  } catch {
    sessionStorage.removeItem(KEY);
  }
}

/** Begins to replay all that are meant; `onStep` is called after each call. Resolves when it does not go on. */
export function startRun(meant: Meant, total: number): Promise<void> {
  return go(begin(meant, total));
}

/** Goes on where it was stopped, left or broken. */
export async function resumeRun(): Promise<void> {
  const { value } = run;
  if (!value || value.state === 'running' || value.state === 'done') return;
  const { problem: _, ...rest } = value;
  await go({ ...rest, state: 'running' });
}

/** Stops after the call that is under way, whose outcome still counts. */
export function stopRun(): void {
  if (run.value?.state === 'running') keep({ ...run.value, state: 'stopped' });
}

/** Forgets a run that does not go on. */
export function dismissRun(): void {
  if (run.value?.state !== 'running') keep(undefined);
}

async function go(begun: Run): Promise<void> {
  keep(begun);
  while (run.value?.state === 'running') {
    try {
      const { meant, from } = run.value;
      const answer = await replaySome(meant, from);
      keep(advance(run.value, answer));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const unknown = error.isRefusal
        ? ''
        : ' What became of those that were tried last is not known; those that failed are tried once more.';
      keep({ ...run.value, state: 'broken', problem: error.message + unknown });
    }
  }
}

function keep(next: Run | undefined): void {
  run.value = next;
  if (next) sessionStorage.setItem(KEY, JSON.stringify(next));
  else sessionStorage.removeItem(KEY);
}
