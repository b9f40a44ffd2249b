/** What is wrong with what was typed into a form, in words. */

export type Control = HTMLInputElement | HTMLSelectElement;

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
