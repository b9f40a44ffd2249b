/** What a part of a page shows while it has nothing else to show: waiting, nothing there, a problem. */
import { button, element } from './dom.js';
import { Problem } from './http.js';

/**
 * @param {string} text what is waited for
 */
export function loading(text) {
  return element('p', { class: 'state state-loading', role: 'status' }, text);
}

/**
 * @param {string} title
 * @param {string} text
 * @param {Node} [action] what to do about it
 */
export function empty(title, text, action) {
  return element(
    'div',
    { class: 'state' },
    element('h2', {}, title),
    element('p', {}, text),
    action && element('p', {}, action),
  );
}

/**
 * What went wrong, with a button that tries again where one is given.
 *
 * @param {unknown} error
 * @param {() => unknown} [retry]
 */
export function problem(error, retry) {
  return element(
    'div',
    { class: 'notice notice-bad', role: 'alert' },
    element('p', {}, tokenize(error)),
    retry && button('Try again', retry),
  );
}

/**
 * @param {string} text
 * @param {'good' | 'bad' | 'plain'} [kind]
 */
export function notice(text, kind = 'good') {
  const role = kind === 'bad' ? 'alert' : 'status';
  return element('p', { class: `notice notice-${kind}`, role }, text);
}

/**
 * @param {string} href
 * @param {string} text
 */
export function linkButton(href, text) {
  return element('a', { class: 'button', href }, text);
}

/**
 * What an error says to whoever looks at the page.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function tokenize(error) {
  if (error instanceof Problem) return error.message;
  // Not of the API's making: the console is where whoever mends the page looks for it.
  reportError(error);
  return 'This page has failed. Loading it again may help.';
}
