/** Signing in, and making an account. */
import { element, fill } from '../lib/dom.js';
import { begin, register } from '../lib/session.js';
import { loading, problem } from '../lib/states.js';

/** The shortest password that the API takes. */
const PASSWORD_MIN = 8;
const PASSWORD_MAX = 256;

/** @param {() => Promise<void>} onDone */
export function signInForm(onDone) {
  return accountForm({
    id: 'sign-in',
    title: 'Sign in',
    hint: 'You have an account already.',
    fields: [emailField('sign-in'), passwordField('sign-in', 'current-password', 1)],
    run: ({ email = '', password = '' }) => begin({ email, password }),
    onDone,
  });
}

/** @param {() => Promise<void>} onDone */
export function registerForm(onDone) {
  return accountForm({
    id: 'register',
    title: 'Make an account',
    hint: `It keeps what you have ordered in this browser. Passwords have at least ${PASSWORD_MIN} characters.`,
    fields: [
      field('register', 'name', 'Name (if you like)', { autocomplete: 'name', maxlength: 200 }),
      emailField('register'),
      passwordField('register', 'new-password', PASSWORD_MIN),
    ],
    run: ({ name, email = '', password = '' }) =>
      register({ email, password, ...(name && { name }) }),
    onDone,
  });
}

/**
 * @typedef {object} FormOptions
 * @property {string} id
 * @property {string} title
 * @property {string} hint
 * @property {HTMLElement[]} fields
 * @property {(values: Record<string, string>) => Promise<void>} run
 * @property {() => Promise<void>} onDone
 */

/** @param {FormOptions} options */
function accountForm({ id, title, hint, fields, run, onDone }) {
  const said = element('div');
  const submit = element('button', { type: 'submit', class: 'primary' }, title);
  const heading = element('h2', { id: `${id}-heading` }, title);
  const form = element(
    'form',
    { class: 'panel', 'aria-labelledby': `${id}-heading` },
    heading,
    element('p', { class: 'fine' }, hint),
    ...fields,
    submit,
    said,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  async function send() {
    const values = Object.fromEntries(
      [...new FormData(form)].map(([name, value]) => [
        name,
        typeof value === 'string' ? value : '',
      ]),
    );
    submit.disabled = true;
    fill(said, loading('One moment…'));
    try {
      await run(values);
      await onDone();
    } catch (error) {
      fill(said, problem(error));
    } finally {
      submit.disabled = false;
    }
  }
  return form;
}

/** @param {string} form */
function emailField(form) {
  const attributes = { type: 'email', autocomplete: 'username', required: true, maxlength: 254 };
  return field(form, 'email', 'Email', attributes);
}

/**
 * @param {string} form
 * @param {string} autocomplete
 * @param {number} shortest
 */
function passwordField(form, autocomplete, shortest) {
  const bounds = { minlength: shortest, maxlength: PASSWORD_MAX };
  return field(form, 'password', 'Password', {
    type: 'password',
    autocomplete,
    required: true,
    ...bounds,
  });
}

/**
 * @param {string} form
 * @param {string} name
 * @param {string} text
 * @param {Record<string, string | number | boolean>} attributes
 */
function field(form, name, text, attributes) {
  const id = `${form}-${name}`;
  return element(
    'div',
    { class: 'field' },
    element('label', { for: id }, text),
    element('input', { id, name, ...attributes }),
  );
}
