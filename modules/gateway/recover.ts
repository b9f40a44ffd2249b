/** What is told and done again after Redis has lost something. */
import type { ModuleContext } from '#host';
import { noteCopies, tellAgain } from './session-store.ts';
import { forgetRevoked } from './sessions.ts';

/**
 * Tells again of the sessions that have begun since then, and forgets again the copies of those that
 * were revoked: a Redis that lost its last writes has them back.
 */
export async function recover(context: ModuleContext, since: number): Promise<void> {
  await noteCopies(context, since);
  await forgetRevoked(context);
  await tellAgain(context, since);
}
