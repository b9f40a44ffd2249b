/** Up to when every group of a stream has handled it, as it was seen last. */
import { timeOf } from './ids.ts';
import type { StreamState } from './inspect.ts';

export interface Handled {
  /** Takes in how a stream was found. It counts once it is confirmed. */
  note(stream: string, state: StreamState): void;
  /** To be called when Redis is found to have lost nothing since the stream was looked at. */
  confirm(stream: string): void;
  /**
   * To be called when an event of that time, in ms since the epoch, is published late: a group may
   * have handled newer entries, and not yet this one.
   */
  late(stream: string, at: number): void;
  /**
   * The time, in ms since the epoch, up to which every event was handled; 0 where it is not known of
   * every group.
   */
  upTo(stream: string): number;
}

/** How far the clock of Redis, which dates entries, may be from ours, in ms. */
const SKEW_MS = 10_000;

export function createHandled(): Handled {
  const times = new Map<string, number>();
  const noted = new Map<string, number>();
  const groups = new Map<string, Set<string>>();
  /** The oldest event that was published late, and when the last one was. */
  const lates = new Map<string, { at: number; published: number }>();
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
      const time = noted.get(stream) ?? 0;
      const late = lates.get(stream);
      const isBehind = late !== undefined && time <= late.published + SKEW_MS;
      if (!isBehind) lates.delete(stream);
      times.set(stream, isBehind ? Math.min(time, late.at) : time);
    },
    late(stream, at) {
      const known = lates.get(stream);
      lates.set(stream, { at: Math.min(at, known?.at ?? at), published: Date.now() });
    },
    upTo: (stream) => times.get(stream) ?? 0,
  };
}
