/** The home page. */
import type { Page } from '../lib/page.ts';

export const home: Page = {
  name: 'home',
  path: '/',
  bundle: 'shop',
  head: () => ({ title: 'Home' }),
  View: () => <h1>Home</h1>,
};
