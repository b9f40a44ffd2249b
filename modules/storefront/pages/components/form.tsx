/** Small forms: fields in a row, a button, and what came of it. */
import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Loading, Notice, ProblemNotice } from './states.tsx';

/** An input with its label. */
export function Field({
  label,
  ...attributes
}: { label: string; name: string } & InputHTMLAttributes) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} dir="auto" {...attributes} />
    </div>
  );
}

/** A choice with its label. */
export function Choice({
  label,
  options,
  chosen,
  onChange,
}: {
  label: string;
  options: readonly { value: string; text?: string }[];
  chosen: string;
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={chosen} onChange={({ currentTarget: { value } }) => onChange(value)}>
        {options.map(({ value, text = value }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A form that says what came of sending it: what `run` gives, or the problem. */
export function Form({
  action,
  run,
  children,
}: {
  action: string;
  run: (values: Record<string, string>) => Promise<string | undefined>;
  children: ComponentChildren;
}) {
  const [state, setState] = useState<{ sending?: boolean; done?: string; error?: unknown }>({});
  const send = async (form: HTMLFormElement) => {
    setState({ sending: true });
    try {
      const done = await run(valuesOf(form));
      setState(done === undefined ? {} : { done });
    } catch (error) {
      setState({ error });
    }
  };
  return (
    <form
      class="tools"
      onSubmit={(event) => {
        event.preventDefault();
        // Not disabled meanwhile, which would take the focus away.
        if (!state.sending) void send(event.currentTarget);
      }}
    >
      {children}
      <button type="submit" aria-disabled={state.sending}>
        {action}
      </button>
      <div class="said">
        {state.sending && <Loading text="One moment…" />}
        {state.done !== undefined && <Notice>{state.done}</Notice>}
        {state.error !== undefined && <ProblemNotice error={state.error} />}
      </div>
    </form>
  );
}

/** What the fields of a form hold, each as it was typed. */
export function valuesOf(form: HTMLFormElement): Record<string, string> {
  const values = [...new FormData(form)].filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return Object.fromEntries(values);
}
