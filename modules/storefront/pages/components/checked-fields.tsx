/** Fields that say what is wrong with them. */
import {
  createContext,
  type ComponentChildren,
  type InputHTMLAttributes,
  type TextareaHTMLAttributes,
} from 'preact';
import { useContext, useId, useState } from 'preact/hooks';

/** What is wrong, by the names of fields. */
export const Wrong = createContext<Readonly<Record<string, string>>>({});

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

/** A text of several lines with its label, a hint, and what is wrong with it. */
export function CheckedText({
  label,
  hint,
  ...attributes
}: { label: string; name: string; hint?: string } & TextareaHTMLAttributes) {
  return (
    <Labelled label={label} name={attributes.name} hint={hint}>
      {(given) => <textarea dir="auto" {...attributes} {...given} />}
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

/** A choice that acts at once, outside of any form. */
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
