/** What is told and done again after Redis has lost something. */
import type { ModuleContext } from '#host';
import { erasedSince } from './erasure.ts';
import { noteCopies, startedSince } from './session-store.ts';
import { forgetRevoked } from './sessions.ts';

/**
 * Publishes again who was erased and which sessions have begun since then, and forgets again the copies of those that
 * were revoked: a Redis that lost its last writes has them back.
 */
export async function recover(context: ModuleContext, since: number): Promise<void> {
  await noteCopies(context, since);
  await forgetRevoked(context);
  await context.republish(erasedSince(context, since));
  await context.republish(startedSince(context, since));
}
