/** A question before something that cannot be undone. */
import { button, element } from './dom.js';

/**
 * Asks, and gives whether the answer was yes. Escape is a no.
 *
 * @param {string} question
 * @param {string} yes what the button says that does it
 * @returns {Promise<boolean>}
 */
export function confirmed(question, yes) {
  const dialog = element('dialog', { class: 'question', 'aria-label': question });
  const answers = [
    button(yes, () => dialog.close('yes'), { class: 'danger' }),
    button('No, go back', () => dialog.close(), { autofocus: true }),
  ];
  dialog.append(element('p', {}, question), element('p', { class: 'row' }, ...answers));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}
