/** What sees every request first, in the order in which it does. */
import type { Routes } from '#host';
import { authenticate } from './authentication.ts';
import { useCookies } from './cookie.ts';
import { useCors } from './cors.ts';
import { mergeDocuments } from './documents.ts';
import { noteStreams } from './open-streams.ts';

export const edge: Routes = async (app, context) => {
  await useCookies(app, context.secret);
  // Before anything is refused: a page has to be able to read the refusal.
  await useCors(app, context.config);
  authenticate(app, context);
  noteStreams(app, context);
  mergeDocuments(app, context);
};
