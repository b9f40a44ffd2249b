/** `storefront`: the shop's pages and the operator's. They live on the REST API alone. */
import { defineModule } from '#host';
import { pages } from './routes.ts';
import { settings } from './settings.ts';

export const storefront = defineModule({
  name: 'storefront',
  settings,
  setup: (context) => ({ pages: pages(context) }),
});
