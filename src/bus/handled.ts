/** Up to when every group of a stream has handled it, as it was seen last. */
import { timeOf } from './ids.ts';
import type { StreamState } from './inspect.ts';

export interface Handled {
  /** Takes in how a stream was found. It counts once it is confirmed. */
  note(stream: string, state: StreamState): void;
  /** To be called when Redis is found to have lost nothing since the stream was looked at. */
  confirm(stream: string): void;
  /** Ms since the epoch, by the clock of Redis; 0 where it is not known of every group. */
  upTo(stream: string): number;
}

export function createHandled(): Handled {
  const times = new Map<string, number>();
  const noted = new Map<string, number>();
  const groups = new Map<string, Set<string>>();
  return {
    note(stream, state) {
      const known = groups.get(stream) ?? new Set();
      groups.set(stream, known);
      for (const { group } of state.groups) known.add(group);
      // A group that is gone since may come back, and has then handled nothing.
      const all = state.groups.length === known.size && known.size > 0;
      const ids = state.groups.map(({ acknowledgedUpTo }) => timeOf(acknowledgedUpTo));
      noted.set(stream, all ? Math.min(...ids) : 0);
    },
    confirm(stream) {
      times.set(stream, noted.get(stream) ?? 0);
    },
    upTo: (stream) => times.get(stream) ?? 0,
  };
}
