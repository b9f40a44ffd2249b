/** What was typed into a form, and what is wrong with it, in words. */

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** What the fields of a form hold, each as it was typed. */
export function valuesOf(form: HTMLFormElement): Record<string, string> {
  const values = [...new FormData(form)].filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return Object.fromEntries(values);
}

/** The fields of a form. */
export function controlsOf(form: HTMLFormElement): Control[] {
  return [...form.elements].filter(
    (one): one is Control =>
      one instanceof HTMLInputElement ||
      one instanceof HTMLSelectElement ||
      one instanceof HTMLTextAreaElement,
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
  if (validity.badInput) return 'Please write this out, as a number or a day.';
  if (required && value.trim() === '') return 'Please fill this in.';
  if (control instanceof HTMLSelectElement || value === '') return undefined;
  // By ourselves, since browsers do so for what was typed alone, not for what was filled in.
  if (value.length < control.minLength)
    return `Please use at least ${control.minLength} characters.`;
  if (validity.typeMismatch) return 'Please write a whole email address, such as name@example.com.';
  if (validity.patternMismatch) return control.title;
  return control instanceof HTMLInputElement ? wrongNumber(control) : undefined;
}

function wrongNumber({ validity, min, max, step }: HTMLInputElement): string | undefined {
  if (validity.rangeUnderflow) return `Please use ${min} or more.`;
  if (validity.rangeOverflow) return `Please use ${max} or less.`;
  if (!validity.stepMismatch) return undefined;
  return step === '1' ? 'Please use a whole number.' : `Please use a multiple of ${step}.`;
}
