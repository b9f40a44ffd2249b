/** The form of a dead letter's fields: each can be changed, tried in a dry run, and replayed. */
import { useContext, useState } from 'preact/hooks';
import type { DeadLetterDetail, EditedReplayed } from '../../../../../src/http/admin/api.ts';
import { CheckedField, CheckedText, Wrong } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { Notice, ProblemNotice } from '../../components/states.tsx';
import { Problem } from '../../lib/http.ts';
import { valuesOf } from '../../lib/validation.ts';
import { replayOne, type Place } from './calls.ts';
import { changedFields, formFields, wrongByField, type FormField } from './fields.ts';
import type { Said } from './run.ts';

interface State {
  violations: DeadLetterDetail['violations'];
  /** What a dry run has said. */
  said?: Said;
  error?: unknown;
}

export function LetterForm({
  letter,
  place,
  reload,
  onGone,
}: {
  letter: DeadLetterDetail;
  place: Place;
  reload: () => Promise<void>;
  onGone: (said: string) => void;
}) {
  const [state, setState] = useState<State>({ violations: letter.violations });
  const [changesIdentity, setChangesIdentity] = useState(false);
  // Those of the first answer: what is typed is not replaced by a later one.
  const [fields] = useState(() => formFields(letter));

  const ask = (values: Record<string, string>, dryRun: boolean) => {
    const trimmed = Object.entries(values).map(([name, value]) => [name, value.trim()]);
    const changes = changedFields(fields, Object.fromEntries(trimmed) as typeof values);
    const edited = { fields: changes, changeIdentity: changesIdentity, dryRun };
    return replayOne(place, letter.id, edited);
  };
  const rehearse = async (form: HTMLFormElement | null) => {
    if (!form) return;
    try {
      const rehearsed = await ask(valuesOf(form), true);
      setState({ violations: rehearsed.violations, said: sayRehearsed(rehearsed, place) });
    } catch (error) {
      setState({ violations: state.violations, error });
    }
  };
  const replay = async (values: Record<string, string>) => {
    // What does not fit is said at each field, which a refusal does not.
    const rehearsed = await ask(values, true);
    setState({ violations: rehearsed.violations });
    if (rehearsed.conforms === 'no')
      throw new Problem(400, 'misfit', 'It does not fit its schema. Nothing was changed.');
    const { handled, error } = await ask(values, false);
    if (handled) {
      onGone('Handled: it is a dead letter no more.');
      return undefined;
    }
    await reload();
    throw new Problem(400, 'failed-again', `It failed again, and was kept as it was: ${error}`);
  };

  return (
    <CheckedForm
      class="panel"
      aria-label="Fields"
      action="Replay"
      isPrimary
      run={replay}
      extra={
        <button type="button" onClick={({ currentTarget }) => void rehearse(currentTarget.form)}>
          Dry run
        </button>
      }
    >
      <h3>Fields</h3>
      <p class="fine">
        Change what is wrong, and replay it to <strong>{place.group}</strong>. A field that is empty
        is left out.
      </p>
      <Fields fields={fields} violations={state.violations} changesIdentity={changesIdentity} />
      <label class="check">
        <input
          type="checkbox"
          checked={changesIdentity}
          onChange={({ currentTarget: { checked } }) => setChangesIdentity(checked)}
        />
        Change what identifies the event, too: it is another event then
      </label>
      {state.said && <Notice kind={state.said.kind}>{state.said.text}</Notice>}
      {state.error !== undefined && <ProblemNotice error={state.error} />}
    </CheckedForm>
  );
}

/** What a dry run has found: nothing was handled, so nothing is good yet. */
function sayRehearsed({ conforms, violations, refusal }: EditedReplayed, { group }: Place): Said {
  if (conforms === 'no')
    return { kind: 'bad', text: `Dry run: ${violations.length} of its values do not fit.` };
  if (refusal !== null) return { kind: 'bad', text: `Dry run: ${refusal}.` };
  const known = conforms === 'yes' ? 'It fits its schema' : 'No contract is known here';
  return { kind: 'plain', text: `Dry run: ${known}; ${group} would get it. Nothing was handled.` };
}

function Fields({
  fields,
  violations,
  changesIdentity,
}: {
  fields: readonly FormField[];
  violations: DeadLetterDetail['violations'];
  changesIdentity: boolean;
}) {
  const wrong = { ...wrongByField(violations), ...useContext(Wrong) };
  return (
    <Wrong.Provider value={wrong}>
      {fields
        .filter(({ isSpare }) => !isSpare || changesIdentity)
        .map((field) => (
          <Field key={field.name} field={field} isFixed={field.isIdentity && !changesIdentity} />
        ))}
    </Wrong.Provider>
  );
}

function Field({ field, isFixed }: { field: FormField; isFixed: boolean }) {
  const { name, text, isLong, isRequired, isJson, description } = field;
  const about = [isJson && 'JSON', isRequired && 'required', isFixed && 'identifies the event'];
  const hint = [about.filter(Boolean).join(', '), description].filter(Boolean).join('. ');
  const attributes = {
    label: name,
    name,
    hint,
    defaultValue: text,
    readOnly: isFixed,
    spellcheck: false,
    autocomplete: 'off',
  } as const;
  if (!isLong) return <CheckedField {...attributes} />;
  return <CheckedText {...attributes} rows={Math.min(16, text.split('\n').length + 1)} />;
}
