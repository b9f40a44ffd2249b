/** One import: how far it is, what came of it, and the lines that do not fit. */
import { useEffect, useState } from 'preact/hooks';
import type { ProductImport } from '../../../../products/api.ts';
import { confirmed } from '../../components/confirm.tsx';
import { Notice, ProblemNotice } from '../../components/states.tsx';
import { Figures, Table } from '../../components/table.tsx';
import { bytes, count, dateTime } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { saveFile } from '../../lib/save.ts';
import { ask, askFile } from '../call.ts';
import { can } from '../session.ts';
import { Part, useRepeat } from '../parts.tsx';

const EVERY_MS = 500;

export function OneImport({
  importId,
  onEnd,
  again,
}: {
  importId: string;
  /** Called when it has ended while it was looked at. */
  onEnd: () => Promise<void>;
  /** Imports what was tried; undefined where the files are not there any more. */
  again: (() => void) | undefined;
}) {
  const path = `/product-imports/${encodeURIComponent(importId)}`;
  const one = useLoaded(() => ask<ProductImport>(path), [path]);
  const [error, setError] = useState<unknown>();
  const isRunning = one.data?.state === 'running';
  const wasRunning = useWas(isRunning);
  useRepeat(async () => {
    if (isRunning) await one.reload();
  }, EVERY_MS);
  useEffect(() => {
    if (wasRunning && !isRunning) void onEnd();
  }, [isRunning]);

  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
      setError(undefined);
    } catch (failure) {
      setError(failure);
    }
  };
  const cancel = async () => {
    const question = 'Cancel the import? What was written so far stays.';
    if (!(await confirmed(question, 'Cancel it'))) return;
    await ask(`${path}/cancel`, { method: 'POST' });
    await one.reload();
  };
  const save = async () => {
    const { content } = await askFile(`${path}/bad-lines?format=csv`);
    saveFile(`bad-lines-${importId}.csv`, content);
  };

  return (
    <div class="panel import">
      {error !== undefined && <ProblemNotice error={error} />}
      <Part of={one}>
        {(found) => (
          <>
            <h3>
              {found.dryRun ? 'Dry run of ' : 'Import of '}
              {found.file}
            </h3>
            <p class="fine">
              {dateTime(found.startedAt)}
              {found.by && `, by ${found.by}`}
              {found.mapping && `, mapping: ${found.mapping}`}
              {found.withPictures && ', with pictures'}
            </p>
            <Progress one={found} />
            <Outcome one={found} />
            <Figures values={figuresOf(found)} />
            {found.notes.map((note) => (
              <p key={note} class="fine">
                {note}
              </p>
            ))}
            <p class="row">
              {found.state === 'running' && can('support') && (
                <button type="button" class="danger" onClick={() => void attempt(cancel)}>
                  Cancel
                </button>
              )}
              {found.dryRun && found.state === 'done' && again && can('support') && (
                <button type="button" class="primary" onClick={again}>
                  Import it now
                </button>
              )}
            </p>
            <BadLines one={found} save={() => void attempt(save)} />
          </>
        )}
      </Part>
    </div>
  );
}

/** What a value was at the last drawing. */
function useWas(value: boolean): boolean {
  const [was] = useState({ now: value });
  const before = was.now;
  was.now = value;
  return before;
}

function Progress({ one: { state, progress } }: { one: ProductImport }) {
  const { bytesRead, bytesTotal, lines } = progress;
  if (state !== 'running') return null;
  return (
    <>
      <progress max={Math.max(1, bytesTotal)} value={bytesRead} aria-label="Read of the file" />
      <p>
        {count(lines)} lines, {bytes(bytesRead)} of {bytes(bytesTotal)}
      </p>
    </>
  );
}

/** The state of an import in a word or two. */
export function stateWords({ state, result }: ProductImport): string {
  const bad = result.bad + result.badPictures;
  return state === 'done' && bad > 0 ? `done, ${count(bad)} bad` : state;
}

/** Green where all has gone well alone. */
function Outcome({ one }: { one: ProductImport }) {
  const { state, dryRun, reason, result } = one;
  const bad = result.bad + result.badPictures;
  if (state === 'running') return null;
  if (state === 'failed') return <Notice kind="bad">It has failed: {reason}</Notice>;
  if (state === 'cancelled')
    return <Notice kind="plain">It was cancelled. What was written before stays.</Notice>;
  const written = dryRun ? 'Nothing was written: it was a dry run. ' : '';
  if (bad === 0) return <Notice>{written}Every line fits.</Notice>;
  const what = `${count(result.bad)} lines ${dryRun ? 'would not be' : 'were not'} imported`;
  const pictures =
    result.badPictures > 0 ? `, and ${count(result.badPictures)} pictures not taken` : '';
  return (
    <Notice kind="bad">
      {written}
      {what}
      {pictures}. They are listed below.
    </Notice>
  );
}

function figuresOf({ result, withPictures, progress }: ProductImport) {
  return {
    Lines: count(progress.lines),
    New: count(result.new),
    Changed: count(result.changed),
    Unchanged: count(result.unchanged),
    Bad: count(result.bad),
    ...(withPictures && {
      Pictures: count(result.pictures),
      'Bad pictures': count(result.badPictures),
    }),
  };
}

function BadLines({ one: { result, badLines }, save }: { one: ProductImport; save: () => void }) {
  const total = result.bad + result.badPictures;
  if (total === 0) return null;
  const shown = badLines.length < total ? `, the first ${count(badLines.length)}` : '';
  const rows = badLines.map(({ line, field, reason }, i) => ({
    key: String(i),
    cells: [count(line), field === null ? '–' : <code>{field}</code>, reason],
  }));
  return (
    <>
      <Table
        caption={`Bad lines: ${count(total)}${shown}`}
        columns={[{ number: 'Line' }, 'Field', 'Reason']}
        rows={rows}
      />
      <p>
        <button type="button" onClick={save}>
          Save all of them as CSV
        </button>
      </p>
    </>
  );
}
