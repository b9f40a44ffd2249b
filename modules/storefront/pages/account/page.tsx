/** The account. */
import type { Page } from '../lib/page.ts';

export const account: Page = {
  name: 'account',
  path: '/account',
  bundle: 'shop',
  head: () => ({ title: 'Your account' }),
  View: () => <h1>Your account</h1>,
};
