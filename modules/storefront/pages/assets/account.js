/** The account's page: who is signed in, or how to be. */
import { registerForm, signInForm } from './account/forms.js';
import { button, byId, element, fill } from './lib/dom.js';
import { dateTime } from './lib/format.js';
import { currentSession, signOut } from './lib/session.js';
import { linkButton, loading, notice, problem } from './lib/states.js';

/** @import { Session } from './lib/session.js' */

const main = byId('account', HTMLElement);

async function show() {
  fill(main, loading('One moment…'));
  try {
    const session = await currentSession();
    fill(main, ...(session?.kind === 'customer' ? customer(session) : visitor(session)));
  } catch (error) {
    fill(main, problem(error, show));
  }
}

/** @param {Session} session */
function customer({ email, expiresAt }) {
  const said = element('div');
  return [
    element(
      'section',
      { class: 'panel' },
      element('h2', {}, 'Signed in'),
      element('p', {}, 'As ', element('strong', {}, email ?? 'a customer')),
      element(
        'p',
        { class: 'fine' },
        `This session ends ${dateTime(expiresAt)} unless you use it.`,
      ),
      element(
        'p',
        { class: 'row' },
        linkButton('/orders', 'Your orders'),
        button('Sign out', () => leave(said)),
      ),
      said,
    ),
  ];
}

/** @param {Session | null} session */
function visitor(session) {
  const hint = 'You are a guest. Your orders belong to this browser until you make an account.';
  return [
    session && notice(hint, 'plain'),
    element('div', { class: 'forms' }, signInForm(show), registerForm(show)),
  ];
}

/** @param {HTMLElement} said */
async function leave(said) {
  fill(said, loading('Signing out…'));
  try {
    await signOut();
    await show();
  } catch (error) {
    fill(said, problem(error));
  }
}

void show();
