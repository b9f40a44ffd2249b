/** What runs, as the live feed says it: one for all sections. */
import { signal } from '@preact/signals';
import type { Health, Snapshot } from '../../../../src/http/admin/api.ts';
import { followFeed } from '../lib/feed.ts';
import { openStream } from './call.ts';

export type { Health, Snapshot };

/** How long the feed may be silent before it counts as lost, in ms: it says something every two seconds. */
const SILENT_MS = 6000;

/** The last that came; undefined before the first. */
export const snapshot = signal<Snapshot | undefined>(undefined);

/** Whether the feed is open, so that `snapshot` is of now. */
export const isLive = signal(false);

/** Why the shop cannot say what runs, or undefined. */
export const trouble = signal<string | undefined>(undefined);

/** Follows the feed. Gives what ends that, and forgets what came. */
export function openLive(): () => void {
  const end = followFeed({
    open: (over) => openStream('/live', over),
    silentMs: SILENT_MS,
    onEvent(name, data) {
      if (name === 'snapshot') {
        snapshot.value = JSON.parse(data) as Snapshot;
        trouble.value = undefined;
        isLive.value = true;
      } else if (name === 'trouble') {
        trouble.value = (JSON.parse(data) as { detail: string }).detail;
        isLive.value = false;
      }
    },
    onConnection(isOpen) {
      if (!isOpen) isLive.value = false;
    },
  });
  return () => {
    end();
    snapshot.value = undefined;
    trouble.value = undefined;
  };
}
