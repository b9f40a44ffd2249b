/** What runs, as the live feed says it. */
import { signal } from '@preact/signals';

/** How a module or a group fares. */
export type Health = 'ok' | 'slow' | 'paused' | 'stopped' | 'abandoned' | 'absent';

/** All that runs, at one time. The placeholder of the type that the host will export. */
export interface Snapshot {
  /** In ms since the epoch. */
  at: number;
  modules: {
    module: string;
    health: Health;
    /** What to do about it; null where there is nothing to do. */
    advice: string | null;
    listens: string[];
    writes: string | null;
    instances: {
      id: string;
      url: string;
      version: string;
      startedAt: string;
      failing: string[];
    }[];
  }[];
  streams: {
    stream: string;
    length: number;
    lastId: string;
    perSecond: number;
    groups: {
      group: string;
      health: Health;
      advice: string | null;
      lag: number | null;
      pending: number;
      oldestUnacknowledgedMs: number | null;
      consumers: number;
      deadLetters: number;
      perSecond: number;
    }[];
  }[];
}

/** The last that came; undefined before the first. */
export const snapshot = signal<Snapshot | undefined>(undefined);

/** Whether the feed is open, so that `snapshot` is of now. */
export const isLive = signal(false);
