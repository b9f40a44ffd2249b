/** What the handlers of this process did since it was asked last, for the ring of the last hour. */
import type { BusObserver } from '../bus/index.ts';
import { addTo, bucketOf, type Histogram } from './histogram.ts';
import type { Work } from './record.ts';

export interface Counts {
  /** Counts what a bus reports, and reports it on. */
  readonly observer: BusObserver;
  /** All that was counted since the last time; groups that did nothing are left out. */
  take(): Work[];
}

interface Counted {
  stream: string;
  group: string;
  handled: number;
  retried: number;
  deadLettered: number;
  calls: Histogram;
}

/**
 * Makes counts that begin with nothing; all that is reported goes on to `next`. Their memory is bounded by the
 * groups that this process reads as.
 */
export function createCounts(next: BusObserver): Counts {
  let counted = new Map<string, Counted>();

  function of({ stream, group }: { stream: string; group: string }): Counted {
    const key = `${stream} ${group}`;
    let one = counted.get(key);
    if (!one) {
      one = { stream, group, handled: 0, retried: 0, deadLettered: 0, calls: new Map() };
      counted.set(key, one);
    }
    return one;
  }

  return {
    observer: {
      ...next,
      handled(where, type, entries, seconds) {
        next.handled(where, type, entries, seconds);
        const one = of(where);
        one.handled += entries;
        addTo(one.calls, [[bucketOf(seconds * 1000), 1]]);
      },
      retried(where) {
        next.retried(where);
        of(where).retried += 1;
      },
      deadLettered(where) {
        next.deadLettered(where);
        of(where).deadLettered += 1;
      },
    },
    take() {
      const all = [...counted.values()];
      counted = new Map();
      return all.map(({ stream, group, handled, retried, deadLettered, calls }) => ({
        stream,
        group,
        ...(handled > 0 && { handled }),
        ...(retried > 0 && { retried }),
        ...(deadLettered > 0 && { deadLettered }),
        ...(calls.size > 0 && { calls: [...calls] }),
      }));
    },
  };
}
