/** The calls on the dead letters of a group. */
import type { DeadLetterResponse, Replayed } from '../../../../../src/http/admin/api.ts';
import { count } from '../../lib/format.ts';
import { ask } from '../call.ts';
import type { ItemPage } from '../parts.tsx';

/** The calls on the dead letters of a group; without ids on all of them. */
export function callsOf(stream: string, group: string) {
  const path = `/streams/${encodeURIComponent(stream)}/dead-letters`;
  const post = <T>(action: 'replay' | 'discard', ids: readonly string[], from?: string) =>
    ask<T>(`${path}/${action}`, {
      method: 'POST',
      body: { group, ...(ids.length > 0 && { ids }), ...(from && { from }) },
    });

  return {
    page: (from?: string): Promise<ItemPage<DeadLetterResponse>> =>
      ask(`${path}?${new URLSearchParams({ group, ...(from && { from }) })}`),

    /** Has them handled again, and gives the words for what came of it. */
    async replay(ids: readonly string[]): Promise<string> {
      let [replayed, failed] = [0, 0];
      let from: string | null | undefined = '';
      while (typeof from === 'string') {
        const done: Replayed = await post('replay', ids, from);
        replayed += done.replayed.length;
        failed += done.failed.length;
        from = done.nextCursor;
      }
      return failed === 0
        ? `${count(replayed)} handled.`
        : `${count(replayed)} handled, ${count(failed)} failed again.`;
    },

    /** Throws them away, and gives the words for it. */
    async discard(ids: readonly string[]): Promise<string> {
      let all = 0;
      for (;;) {
        const { discarded, left } = await post<{ discarded: number; left: number }>('discard', ids);
        all += discarded;
        if (ids.length > 0 || discarded === 0 || left === 0) break;
      }
      return `${count(all)} thrown away.`;
    },
  };
}
