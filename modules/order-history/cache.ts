/**
 * What is kept of the history: answers, each under the version and the user that they were
 * made of, so that no other can be given it.
 */
import type { ModuleContext } from '#host';

/** How long an answer is kept that nothing has changed, in ms. */
const KEPT_MS = 60_000;
/** How old the statistics may be, in ms. */
const STATISTICS_KEPT_MS = 5000;

/** Answers to customers, dropped when an event changes what they were made of. */
export const answerCache = (context: ModuleContext) => context.cache('answers', KEPT_MS);

/** Statistics, which are made anew only when their time is over. */
export const statisticsCache = (context: ModuleContext) =>
  context.cache('statistics', STATISTICS_KEPT_MS);

/** Ids are escaped: whatever they hold, two users never share a key. */
export function scopeOf(version: string, userId: string): string {
  return `${version}:${encodeURIComponent(userId)}`;
}

/** Drops what is kept for the users, of every version that may be read. */
export async function dropAnswers(
  context: ModuleContext,
  versions: readonly string[],
  userIds: readonly string[],
): Promise<void> {
  await answerCache(context).drop(
    versions.flatMap((version) => userIds.map((userId) => scopeOf(version, userId))),
  );
}
