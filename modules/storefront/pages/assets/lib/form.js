/** Small forms: fields in a row, a button, and what came of it. */
import { element, fill } from './dom.js';
import { loading, notice, problem } from './states.js';

/** @import { Attribute } from './dom.js' */
/** @typedef {HTMLInputElement | HTMLSelectElement} Control */

let ids = 0;

/**
 * An input with its label.
 *
 * @param {string} name
 * @param {string} label
 * @param {Record<string, Attribute>} [attributes]
 */
export function field(name, label, attributes = {}) {
  return labelled(label, element('input', { name, ...attributes }));
}

/**
 * A choice with its label.
 *
 * @param {string} name
 * @param {string} label
 * @param {readonly { value: string, text?: string }[]} options
 * @param {string} [chosen]
 */
export function choice(name, label, options, chosen) {
  const items = options.map(({ value, text = value }) =>
    element('option', { value, selected: value === chosen }, text),
  );
  return labelled(label, element('select', { name }, ...items));
}

/**
 * @param {string} label
 * @param {Control} control
 */
function labelled(label, control) {
  control.id = `field-${(ids += 1)}`;
  return element('div', { class: 'field' }, element('label', { for: control.id }, label), control);
}

/**
 * A form that says what came of sending it: what `run` gives, or the problem.
 *
 * @param {string} action what its button says
 * @param {readonly HTMLElement[]} fields
 * @param {(values: Record<string, string>) => Promise<string | undefined>} run
 */
export function form(action, fields, run) {
  const submit = element('button', { type: 'submit' }, action);
  const said = element('div', { class: 'said' });
  const made = element('form', { class: 'tools' }, ...fields, submit, said);
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  async function send() {
    submit.disabled = true;
    fill(said, loading('One moment…'));
    try {
      const done = await run(valuesOf(made));
      fill(said, done && notice(done));
    } catch (error) {
      fill(said, problem(error));
    } finally {
      submit.disabled = false;
    }
  }
  return made;
}

/**
 * What the fields of a form hold, each as it was typed.
 *
 * @param {HTMLFormElement} from
 * @returns {Record<string, string>}
 */
export function valuesOf(from) {
  const values = [...new FormData(from)].map(([name, value]) => [name, value]);
  return Object.fromEntries(values.filter(([, value]) => typeof value === 'string'));
}
