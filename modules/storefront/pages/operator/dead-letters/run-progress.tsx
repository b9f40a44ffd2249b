/** How far the run of this tab is, with the buttons that stop it, go on with it, and put it away. */
import { Notice } from '../../components/states.tsx';
import { count } from '../../lib/format.ts';
import { listAddress, type Meant } from './calls.ts';
import { sayRun, triedOf, type Run } from './run.ts';
import { dismissRun, resumeRun, run, stopRun } from './running.ts';

export function RunProgress() {
  const { value } = run;
  if (!value) return null;
  return (
    <section class="panel replay-run" aria-label="Replay">
      <h3>
        Replay of <a href={listAddress(value.meant)}>{nameOf(value.meant)}</a>
      </h3>
      {value.state === 'running' ? <Running value={value} /> : <Ended value={value} />}
      {value.errors.length > 0 && <Errors value={value} />}
    </section>
  );
}

/** What is meant, in words. */
export function nameOf({ group, type, cause }: Meant): string {
  return [group, type, cause].filter(Boolean).join(' · ');
}

function Running({ value }: { value: Run }) {
  const tried = triedOf(value);
  const said = `${count(tried)} of ${count(value.total)} tried: ${count(value.handled)} handled, ${count(value.failed)} failed again`;
  return (
    <>
      <progress max={value.total} value={tried} aria-label="Tried" />
      <p>{said}</p>
      <p class="row">
        <button type="button" onClick={stopRun}>
          Stop
        </button>
        <span class="fine">It goes on in other sections, and stops where the page is left.</span>
      </p>
    </>
  );
}

function Ended({ value }: { value: Run }) {
  const { kind, text } = sayRun(value);
  return (
    <>
      <Notice kind={kind}>{text}</Notice>
      <p class="row">
        {value.state !== 'done' && (
          <button type="button" onClick={() => void resumeRun()}>
            Go on
          </button>
        )}
        <button type="button" onClick={dismissRun}>
          Close
        </button>
      </p>
    </>
  );
}

function Errors({ value: { errors, failed } }: { value: Run }) {
  const others = failed - errors.reduce((sum, { times }) => sum + times, 0);
  return (
    <ul class="run-errors">
      {errors.map(({ error, times }) => (
        <li key={error}>
          <strong>{count(times)} ×</strong> {error}
        </li>
      ))}
      {others > 0 && <li>{count(others)} × another error</li>}
    </ul>
  );
}
