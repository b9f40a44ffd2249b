/** What is done with many dead letters at once: replay, or discard after a question with their number. */
import { useState } from 'preact/hooks';
import { confirmed } from '../../components/confirm.tsx';
import { Notice, ProblemNotice } from '../../components/states.tsx';
import { count, counted } from '../../lib/format.ts';
import { can } from '../session.ts';
import { discardMeant, type Meant } from './calls.ts';
import { nameOf } from './run-progress.tsx';
import type { Said } from './run.ts';
import { run, startRun } from './running.ts';

/** What came of an action. */
export interface Outcome {
  isWorking?: boolean;
  said?: Said;
  error?: unknown;
}

/** Does one thing at a time, and keeps what came of it. */
export function useAction(onChange: () => Promise<void>) {
  const [outcome, setOutcome] = useState<Outcome>({});
  const act = async (work: () => Promise<Said>) => {
    if (outcome.isWorking) return;
    setOutcome({ isWorking: true });
    const after = await work().then(
      (said) => ({ said }),
      (error: unknown) => ({ error }),
    );
    setOutcome(after);
    await onChange();
  };
  return { outcome, act };
}

export function OutcomeNotice({ outcome: { said, error } }: { outcome: Outcome }) {
  return (
    <>
      {said && <Notice kind={said.kind}>{said.text}</Notice>}
      {error !== undefined && <ProblemNotice error={error} />}
    </>
  );
}

/** `3 dead letters`, or one. */
export const letters = (number: number) => counted(number, 'dead letter');

/** The buttons for all that are meant; `total` is how many that is. */
export function ActionsOnAll({
  meant,
  total,
  act,
  onChange,
}: {
  meant: Meant;
  total: number;
  act: (work: () => Promise<Said>) => Promise<void>;
  onChange: () => Promise<void>;
}) {
  const isBusy = run.value?.state === 'running';
  if (!can('support')) return null;
  const replay = async () => {
    if (isBusy) return;
    await startRun(meant, total);
    await onChange();
  };
  const discard = async () => {
    const question = `Discard ${letters(total)} of ${nameOf(meant)}? Nobody will ever handle them.`;
    if (!(await confirmed(question, `Discard ${count(total)}`))) return;
    await act(async () => {
      const discarded = await discardMeant(meant, total);
      return { kind: 'good', text: `${letters(discarded)} discarded.` };
    });
  };
  const about = nameOf(meant);
  return (
    <span class="row dead-actions">
      <button
        type="button"
        aria-disabled={isBusy}
        aria-label={`Replay all: ${about}`}
        onClick={() => void replay()}
      >
        Replay all
      </button>
      <button
        type="button"
        class="danger"
        aria-label={`Discard all: ${about}`}
        onClick={() => void discard()}
      >
        Discard all
      </button>
    </span>
  );
}
