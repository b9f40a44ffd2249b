/** Forms that say beside each field what is wrong with it, and below what came of sending them. */
import { createContext, type ComponentChildren, type InputHTMLAttributes } from 'preact';
import { useContext, useId, useRef, useState } from 'preact/hooks';
import { Problem } from '../lib/http.ts';
import { valuesOf } from './form.tsx';
import { Notice, ProblemNotice } from './states.tsx';

type Control = HTMLInputElement | HTMLSelectElement;

/** What is wrong, by the names of fields. */
export const Wrong = createContext<Readonly<Record<string, string>>>({});

interface State {
  wrong: Record<string, string>;
  isSending?: boolean;
  done?: string;
  error?: unknown;
}

/**
 * A form. `run` takes what was typed, without spaces around it but in passwords, and gives what is said
 * then; a problem whose slug is in `fieldOf` is said beside that field.
 */
export function CheckedForm({
  action,
  run,
  fieldOf = {},
  isPrimary = false,
  isEmptied = false,
  extra,
  children,
  ...attributes
}: {
  /** What its button says. */
  action: string;
  run: (values: Record<string, string>) => Promise<string | undefined>;
  fieldOf?: Record<string, string>;
  isPrimary?: boolean;
  /** Whether its fields are emptied once it was sent. */
  isEmptied?: boolean;
  /** What stands beside its button. */
  extra?: ComponentChildren;
  children: ComponentChildren;
  class?: string;
  'aria-labelledby'?: string;
}) {
  const [{ wrong, isSending, done, error }, setState] = useState<State>({ wrong: {} });
  const form = useRef<HTMLFormElement>(null);

  const refuse = (found: Record<string, string>) => {
    setState({ wrong: found });
    const first = controlsOf(form.current!).find(({ name }) => name in found);
    first?.focus();
  };

  const send = async () => {
    const found = findWrong(form.current!);
    if (Object.keys(found).length > 0) return refuse(found);
    setState({ wrong: {}, isSending: true });
    try {
      const said = await run(trimmed(form.current!));
      if (isEmptied) form.current?.reset();
      setState({ wrong: {}, ...(said !== undefined && { done: said }) });
    } catch (failure) {
      const field = failure instanceof Problem ? fieldOf[failure.slug] : undefined;
      if (field !== undefined) refuse({ [field]: (failure as Problem).message });
      else setState({ wrong: {}, error: inWords(failure) });
    }
  };

  return (
    <form
      {...attributes}
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        // Not disabled meanwhile, which would take the focus away.
        if (!isSending) void send();
      }}
      onInput={({ target }) => {
        const { name } = target as Control;
        if (name in wrong) setState({ wrong: { ...wrong, [name]: '' } });
      }}
    >
      <Wrong.Provider value={wrong}>{children}</Wrong.Provider>
      <p class="row">
        <button type="submit" class={isPrimary ? 'primary' : undefined} aria-disabled={isSending}>
          {isSending ? 'One moment…' : action}
        </button>
        {extra}
      </p>
      {done !== undefined && <Notice>{done}</Notice>}
      {error !== undefined && <ProblemNotice error={error} />}
    </form>
  );
}

/** An input with its label, a hint, and what is wrong with it. */
export function CheckedField({
  label,
  hint,
  children,
  ...attributes
}: {
  label: string;
  name: string;
  hint?: string;
  /** What stands beside the input. */
  children?: ComponentChildren;
} & InputHTMLAttributes) {
  return (
    <Labelled label={label} name={attributes.name} hint={hint}>
      {(given) => (
        <span class="field-row">
          <input dir="auto" {...attributes} {...given} />
          {children}
        </span>
      )}
    </Labelled>
  );
}

/** A password, which can be looked at. */
export function PasswordField({
  label = 'Password',
  name = 'password',
  ...attributes
}: {
  label?: string;
  name?: string;
  hint?: string;
  autocomplete: 'current-password' | 'new-password';
  minLength?: number;
}) {
  const [isShown, setShown] = useState(false);
  return (
    <CheckedField
      {...attributes}
      label={label}
      name={name}
      // The types know inputs of one type alone.
      // oxlint-disable-next-line typescript/no-unnecessary-type-assertion
      type={(isShown ? 'text' : 'password') as 'password'}
      data-password
      autocapitalize="none"
      spellcheck={false}
      maxLength={256}
      required
    >
      <button
        type="button"
        aria-pressed={isShown}
        aria-label={`Show: ${label}`}
        onClick={() => setShown(!isShown)}
      >
        {isShown ? 'Hide' : 'Show'}
      </button>
    </CheckedField>
  );
}

/** A choice with its label, and what is wrong with it. */
export function CheckedChoice({
  label,
  name,
  options,
  chosen = '',
  ...attributes
}: {
  label: string;
  name: string;
  options: readonly { value: string; text: string }[];
  chosen?: string | undefined;
  autocomplete?: string;
  required?: boolean;
}) {
  return (
    <Labelled label={label} name={name}>
      {(given) => (
        <select {...attributes} {...given} name={name}>
          {options.map(({ value, text }) => (
            <option key={value} value={value} selected={value === chosen}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

interface Given {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

function Labelled({
  label,
  name,
  hint,
  children,
}: {
  label: string;
  name: string;
  hint?: string | undefined;
  children: (given: Given) => ComponentChildren;
}) {
  const id = useId();
  const wrong = useContext(Wrong)[name];
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <span class="fine" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': wrong ? true : undefined,
      })}
      {wrong && (
        <span class="field-wrong" id={`${id}-wrong`}>
          {wrong}
        </span>
      )}
    </div>
  );
}

/** The fields of a form. */
export function controlsOf(form: HTMLFormElement): Control[] {
  return [...form.elements].filter(
    (one): one is Control => one instanceof HTMLInputElement || one instanceof HTMLSelectElement,
  );
}

/** What is wrong with the fields of a form, by their names. */
export function findWrong(form: HTMLFormElement): Record<string, string> {
  const found = controlsOf(form).map((control) => [control.name, wrongWith(control)] as const);
  return Object.fromEntries(found.filter((pair): pair is [string, string] => Boolean(pair[1])));
}

/** What is wrong with a field. Not in the browser's words, which are in another language and go away. */
function wrongWith(control: Control): string | undefined {
  const { value, validity, required } = control;
  if (required && value.trim() === '') return 'Please fill this in.';
  if (control instanceof HTMLSelectElement || value === '') return undefined;
  // By ourselves, since browsers do so for what was typed alone, not for what was filled in.
  if (value.length < control.minLength)
    return `Please use at least ${control.minLength} characters.`;
  if (validity.typeMismatch) return 'Please write a whole email address, such as name@example.com.';
  if (validity.patternMismatch) return control.title;
  return undefined;
}

function trimmed(form: HTMLFormElement): Record<string, string> {
  const values = valuesOf(form);
  const passwords = new Set(
    controlsOf(form).flatMap((one) => ('password' in one.dataset ? one.name : [])),
  );
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      passwords.has(name) ? value : value.trim(),
    ]),
  );
}

/** What the API says of a value that does not fit is for programs. */
function inWords(error: unknown): unknown {
  if (!(error instanceof Problem) || error.status !== 400) return error;
  return new Problem(
    400,
    error.type,
    'Something here cannot be right. Please look at it once more.',
  );
}
