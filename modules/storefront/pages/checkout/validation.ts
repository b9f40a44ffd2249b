/** What is wrong with the fields of the checkout, said beside each. */
import { signal } from '@preact/signals';

type Control = HTMLInputElement | HTMLSelectElement;

/** What is wrong, by the name of the field. */
export const errors = signal<Readonly<Record<string, string>>>({});

/** Checks all fields of a form, and goes to the first that is wrong; gives whether none is. */
export function check(form: HTMLFormElement): boolean {
  const wrong = [...form.elements].filter(isControl).filter(({ validity }) => !validity.valid);
  errors.value = Object.fromEntries(wrong.map((field) => [field.name, messageOf(field)]));
  const [first] = wrong;
  first?.focus();
  // A quantity has no place of its own for a message: the browser shows it.
  if (first?.name === '') first.reportValidity();
  return first === undefined;
}

/** Checks a field again that was wrong. */
export function checkAgain(target: EventTarget | null): void {
  if (!(target instanceof Element) || !isControl(target) || !(target.name in errors.value)) return;
  const { [target.name]: _, ...others } = errors.value;
  errors.value = target.validity.valid ? others : { ...others, [target.name]: messageOf(target) };
}

function isControl(element: Element): element is Control {
  return element instanceof HTMLInputElement || element instanceof HTMLSelectElement;
}

/** In words of ours where there are some: the browser's name no field. */
function messageOf({ validity, dataset, validationMessage }: Control): string {
  const ours = validity.valueMissing ? dataset['missing'] : dataset['wrong'];
  return ours ?? validationMessage;
}
