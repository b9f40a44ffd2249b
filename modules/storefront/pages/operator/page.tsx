/** The operator's page. */
import type { Page } from '../lib/page.ts';

export const operator: Page = {
  name: 'operator',
  path: '/operator',
  bundle: 'operator',
  head: () => ({ title: 'Operator' }),
  View: () => <h1>Operator</h1>,
};
