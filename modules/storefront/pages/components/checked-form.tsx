/** Forms that say beside each field what is wrong with it, and below what came of sending them. */
import { createContext, type ComponentChildren } from 'preact';
import { useContext, useRef, useState } from 'preact/hooks';
import { Problem } from '../lib/http.ts';
import { controlsOf, findWrong, valuesOf, type Control } from '../lib/validation.ts';
import { Wrong } from './checked-fields.tsx';
import { Notice, ProblemNotice } from './states.tsx';

/**
 * Whether who looks wants to know what the API says of a value that does not fit, as an operator does; it is
 * in the words of programs.
 */
export const WordForWord = createContext(false);

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
  const isWordForWord = useContext(WordForWord);

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
      else setState({ wrong: {}, error: isWordForWord ? failure : inWords(failure) });
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
