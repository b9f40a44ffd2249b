/** A number that is edited where it stands: Enter saves it, Escape undoes what was typed. */
import { useId, useState } from 'preact/hooks';
import { Problem } from '../../lib/http.ts';
import { can } from '../session.ts';

interface State {
  /** What was typed and is not saved; undefined: the value itself is shown. */
  typed?: string | undefined;
  /** The value that it was typed over; undefined where a change of that was said. */
  seen?: string | undefined;
  isSaving?: boolean;
  isSaved?: boolean;
  wrong?: string | undefined;
}

/**
 * A field with a value. `save` takes what was typed, and gives what is wrong with it or undefined where it is
 * saved. What is typed stays while the value changes, which is said before it is saved over, and where it cannot
 * be saved.
 */
export function EditableCell({
  label,
  value,
  save,
  isNarrow = false,
}: {
  /** Names the field to whoever does not see the table. */
  label: string;
  value: string;
  save: (text: string) => Promise<string | undefined>;
  isNarrow?: boolean;
}) {
  const id = useId();
  const [{ typed, seen, isSaving, isSaved, wrong }, setState] = useState<State>({});
  const isTyped = typed !== undefined && typed !== value;

  const send = async () => {
    if (!isTyped || isSaving) return;
    if (seen !== undefined && seen !== value)
      return setState({
        typed,
        wrong: `It has changed meanwhile, to ${value}. Enter saves yours.`,
      });
    setState({ typed, isSaving: true });
    try {
      const problem = await save(typed);
      setState(problem === undefined ? { isSaved: true } : { typed, wrong: problem });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setState({ typed, wrong: error.message });
    }
  };

  const said =
    wrong ?? (isSaving ? 'Saving…' : isTyped ? 'Enter saves, Esc undoes' : isSaved ? 'Saved' : '');
  return (
    <span class={isNarrow ? 'cell cell-narrow' : 'cell'}>
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        aria-label={label}
        aria-describedby={`${id}-said`}
        aria-invalid={wrong === undefined ? undefined : true}
        readOnly={!can('support')}
        value={typed ?? value}
        onInput={({ currentTarget }) =>
          setState({ typed: currentTarget.value, seen: seen ?? value })
        }
        onKeyDown={(event) => {
          if (event.key === 'Enter') void send();
          if (event.key === 'Escape') setState({});
        }}
      />
      <span
        id={`${id}-said`}
        class={wrong === undefined ? 'cell-said' : 'cell-said field-wrong'}
        role="status"
      >
        {said}
      </span>
    </span>
  );
}
