/** What answers a path that leads nowhere. */
import type { Page } from './lib/page.ts';

export const missing: Page = {
  name: 'missing',
  path: '',
  bundle: 'shop',
  head: () => ({ title: 'Not found' }),
  View: () => (
    <section class="state">
      <h1>Nothing is here</h1>
      <p>The address leads to no page of the shop. Perhaps it was mistyped, or it is gone.</p>
      <p>
        <a class="button" href="/">
          Back to the shop
        </a>
      </p>
    </section>
  ),
};
