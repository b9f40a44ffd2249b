/** What the gateway does when the catalogue changes. */
import type { ModuleContext } from '#host';
import { catalogueOf } from './catalogue.ts';

/** Makes cached answers of the catalogue old, whichever product has changed. */
export async function dropCatalogue(_events: unknown, context: ModuleContext): Promise<void> {
  await catalogueOf(context).drop();
}
