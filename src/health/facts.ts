/** What health is judged by: facts of processes and groups; and what comes of it. */

/** From the best to the worst. */
export const HEALTHS = ['ok', 'absent', 'paused', 'abandoned', 'slow', 'stopped'] as const;
export type Health = (typeof HEALTHS)[number];

export interface Judgement {
  health: Health;
  /** What to do about it; null where all is well. */
  advice: string | null;
}

export interface KnownModule {
  name: string;
  /** The streams that it listens to, as a group of its name. */
  listens: readonly string[];
  /** The stream that it writes. */
  writes: string | null;
}

/** A process, as it says itself what it is. */
export interface ProcessFacts {
  id: string;
  url: string;
  modules: readonly string[];
  version: string | null;
  /** ms since the epoch. */
  startedAt: number | null;
  host: string | null;
  pid: number | null;
  /** What does not work there, a sentence each. */
  failing: readonly string[];
  /** When its last heartbeat came, in ms since the epoch. */
  heardAt: number;
  /** Whether its heartbeats have ended. */
  stopped: boolean;
}

export interface GroupFacts {
  stream: string;
  group: string;
  consumers: number;
  /** Whether an operator has paused it. */
  isPaused: boolean;
  /** Entries that were not given out; null where Redis cannot say. */
  lag: number | null;
  pending: number;
  /** How long the oldest unacknowledged entry waits, in ms; null where none does. */
  waitingMs: number | null;
  /** How long ago one of its consumers was heard of, in ms; null where it has none, or nothing waits. */
  silentMs: number | null;
}

/** What all is judged by. */
export interface Facts {
  /** The modules that this process knows, wherever they run. */
  modules: readonly KnownModule[];
  processes: readonly ProcessFacts[];
  /** When each module that somebody has run within the last day was heard of last, in ms since the epoch. */
  heardAt: ReadonlyMap<string, number>;
  /** How old the oldest unacknowledged entry of a group is that is slow, in ms. */
  slowMs: number;
  /** For how long nobody has read a foreign group that is abandoned, in ms. */
  abandonedMs: number;
  /** What stands before the names of streams in Redis. */
  keyPrefix: string;
}
