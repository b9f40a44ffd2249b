/** What an operator does to a group: pause and resume it, set it back, remove it; each says what comes of it. */
import { useState } from 'preact/hooks';
import type { GroupPending, RewindResponse } from '../../../../../src/http/admin/api.ts';
import { CheckedField, Choice } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { confirmed } from '../../components/confirm.tsx';
import { Notice, ProblemNotice } from '../../components/states.tsx';
import { count, counted, dateTime } from '../../lib/format.ts';
import { ask } from '../call.ts';
import { fromTimeField, hashOf, pathOfGroup } from './filters.ts';

interface Props {
  of: GroupPending;
  onChange: () => Promise<void>;
}

export function GroupActions(props: Props) {
  return (
    <div class="forms">
      <Pausing {...props} />
      <SettingBack {...props} />
      <Removing of={props.of} />
    </div>
  );
}

/** What came of an action. */
interface Outcome {
  done?: string;
  error?: unknown;
}

/** Does something once at a time, and keeps what came of it. */
function useAction(onChange: () => Promise<void>) {
  const [outcome, setOutcome] = useState<Outcome>({});
  const [isBusy, setBusy] = useState(false);
  const act = async (work: () => Promise<string | undefined>) => {
    if (isBusy) return;
    setBusy(true);
    try {
      const done = await work();
      setOutcome(done === undefined ? {} : { done });
    } catch (error) {
      setOutcome({ error });
    }
    setBusy(false);
    await onChange();
  };
  const said = (
    <>
      {outcome.done !== undefined && <Notice>{outcome.done}</Notice>}
      {outcome.error !== undefined && <ProblemNotice error={outcome.error} />}
    </>
  );
  return { act, isBusy, said };
}

const waiting = (lag: number | null): string =>
  lag === null ? 'An unknown number of entries wait' : counted(lag, 'entry waits', 'entries wait');

function Pausing({ of: { stream, group, pausedAt, lag, pending }, onChange }: Props) {
  const { act, isBusy, said } = useAction(onChange);
  const isPaused = pausedAt !== null;
  const pause = async () => {
    const question = `Pause ${group} on ${stream}? No process takes entries for it until it is resumed. ${waiting(lag)} now, and ${counted(pending, 'that is pending is', 'that are pending are')} finished.`;
    if (!(await confirmed(question, 'Pause'))) return undefined;
    await ask(`${pathOfGroup(stream, group)}/pause`, { method: 'POST' });
    return 'It is paused: within a second nobody takes entries any more.';
  };
  const resume = async () => {
    await ask(`${pathOfGroup(stream, group)}/resume`, { method: 'POST' });
    return `It goes on where it was. ${waiting(lag)} for it.`;
  };
  return (
    <section class="panel" aria-label="Pause">
      <h3>{isPaused ? 'Resume' : 'Pause'}</h3>
      <p class="fine">
        {isPaused
          ? `Paused since ${dateTime(pausedAt)}. Nothing that it has not handled is trimmed.`
          : 'Entries wait, and none is lost or trimmed, while what it calls is being mended.'}
      </p>
      <p>
        <button
          type="button"
          class={isPaused ? 'primary' : undefined}
          aria-disabled={isBusy}
          onClick={() => void act(isPaused ? resume : pause)}
        >
          {isPaused ? 'Resume the group' : 'Pause the group'}
        </button>
      </p>
      {said}
    </section>
  );
}

const TARGETS = [
  { value: 'time', text: 'A time' },
  { value: 'id', text: 'An entry' },
  { value: 'start', text: 'The oldest entry' },
];

function SettingBack({ of: { stream, group, pausedAt }, onChange }: Props) {
  const [target, setTarget] = useState('time');
  const path = `${pathOfGroup(stream, group)}/offset`;
  const run = async ({ time = '', id = '' }: Record<string, string>) => {
    const to =
      target === 'start' ? 'start' : target === 'id' ? id : fromTimeField(time, undefined, false);
    const look = { to, dryRun: true };
    const { entries, from, first } = await ask<RewindResponse>(path, {
      method: 'POST',
      body: look,
    });
    if (entries === 0) return 'There is nothing after that which it has been given.';
    if (!(await confirmed(wordsFor(entries, first), 'Set it back'))) return undefined;
    const body = { to, expected: { entries, from } };
    const done = await ask<RewindResponse>(path, { method: 'POST', body });
    await onChange();
    return `It is set back: ${counted(done.entries, 'entry is', 'entries are')} handled again.`;
  };
  const wordsFor = (entries: number, first: string | null) => {
    const since = first === null ? '' : `, from ${dateTime(Number(first.split('-')[0]))} on`;
    const more =
      pausedAt === null
        ? ' It goes on reading: what it is given until then comes to that.'
        : ' It is paused, and begins when it is resumed.';
    return `Set ${group} back on ${stream}? ${counted(entries, 'entry', 'entries')} will be handled again${since}.${more}`;
  };
  return (
    <section class="panel" aria-label="Set back">
      <h3>Set back</h3>
      <p class="fine">
        It handles entries again; handlers come to the same state. You are told how many first.
      </p>
      <Choice label="Back to" options={TARGETS} chosen={target} onChange={setTarget} />
      <CheckedForm action="Set back…" run={run} key={target}>
        {target === 'time' && (
          <CheckedField name="time" label="Time" type="datetime-local" step={1} required />
        )}
        {target === 'id' && (
          <CheckedField
            name="id"
            label="Id of the entry"
            pattern="[0-9]{1,15}-[0-9]{1,19}"
            hint="As 1795550760929-0"
            required
          />
        )}
      </CheckedForm>
    </section>
  );
}

function Removing({ of }: Pick<Props, 'of'>) {
  const { stream, group, listening, lag, pending } = of;
  // There is nothing to look at any more where it worked.
  const { act, isBusy, said } = useAction(async () => undefined);
  if (listening) return null;
  const remove = async () => {
    const question = `Remove ${group} from ${stream} for good? ${waiting(lag)} that it was never given, and ${count(pending)} are pending: it will not handle them.`;
    if (!(await confirmed(question, 'Remove it'))) return undefined;
    const seen = new URLSearchParams({
      pending: String(pending),
      ...(lag !== null && { lag: String(lag) }),
    });
    await ask(`${pathOfGroup(stream, group)}?${seen}`, { method: 'DELETE' });
    location.hash = hashOf(stream);
    return undefined;
  };
  return (
    <section class="panel" aria-label="Remove">
      <h3>Remove</h3>
      <p class="fine">
        No module listens as this group. It keeps the stream from being trimmed for as long as it is
        there.
      </p>
      <p>
        <button
          type="button"
          class="danger"
          aria-disabled={isBusy}
          onClick={() => void act(remove)}
        >
          Remove the group
        </button>
      </p>
      {said}
    </section>
  );
}
