/**
 * Checkpoints: up to when every group of a stream has handled what there was. A candidate is a look at the
 * stream when every event up to a time was in it; once every group has acknowledged all that was there
 * then, nothing up to that time is needed any more, whatever Redis loses.
 */
import { compareIds } from '../replies.ts';
import type { StreamInfo } from './stream-info.ts';

/** A time, in ms since the epoch, and the groups that had handled everything up to it. */
export interface Checkpoint {
  time: number;
  groups: readonly string[];
}

/** Keeps checkpoints for the day that Redis has lost the groups and no process is left that knew them. */
export interface CheckpointStore {
  /** The groups that read the stream, in whatever process. */
  groupsOf(stream: string): readonly string[];
  read(stream: string): Promise<Checkpoint | undefined>;
  write(stream: string, checkpoint: Checkpoint): Promise<void>;
}

interface Candidate {
  publishedUpTo: number;
  lastId: string;
}

export interface Checkpoints {
  /** Takes in what was known before this process began, and who has to have handled the stream. */
  restore(stream: string, known: Checkpoint | undefined, groups: readonly string[]): void;
  /**
   * Takes in how a stream was found, when every event up to `publishedUpTo` was in it (undefined: that
   * is not known). What follows counts once it is confirmed.
   */
  observe(stream: string, info: StreamInfo, publishedUpTo: number | undefined): void;
  /**
   * To be called when Redis is found to have lost nothing since the stream was looked at. Gives the
   * checkpoint, where it is a new one.
   */
  confirm(stream: string): Checkpoint | undefined;
  /** To be called when Redis has lost something: what was found before says nothing any more. */
  reset(stream: string): void;
  /** The time, in ms since the epoch; 0 where it is not known of every group that ever was seen. */
  handledUpTo(stream: string): number;
}

export function createCheckpoints(): Checkpoints {
  const confirmed = new Map<string, Checkpoint>();
  const unconfirmed = new Map<string, Checkpoint>();
  const seen = new Map<string, Set<string>>();
  /** Those that are not reached yet: the one that is next, and the newest. */
  const candidates = new Map<string, Candidate[]>();

  function see(stream: string, groups: readonly string[]): void {
    seen.set(stream, new Set([...(seen.get(stream) ?? []), ...groups]));
  }

  return {
    restore(stream, known, groups) {
      see(stream, groups);
      if (known) confirmed.set(stream, known);
    },
    observe(stream, { lastId, groups }, publishedUpTo) {
      const names = groups.map(({ group }) => group);
      see(stream, names);
      const [next, newest] = candidates.get(stream) ?? [];
      const here = publishedUpTo === undefined ? newest : { publishedUpTo, lastId };
      const open = [next, here].filter((one) => one !== undefined);
      const isReached = (candidate: Candidate): boolean =>
        groups.length > 0 &&
        groups.every(({ acknowledgedUpTo }) => compareIds(acknowledgedUpTo, candidate.lastId) >= 0);
      const reached = open.findLast(isReached);
      candidates.set(stream, reached ? open.slice(open.indexOf(reached) + 1) : open);
      if (reached) unconfirmed.set(stream, { time: reached.publishedUpTo, groups: names });
    },
    confirm(stream) {
      const checkpoint = unconfirmed.get(stream);
      unconfirmed.delete(stream);
      if (checkpoint) confirmed.set(stream, checkpoint);
      return checkpoint;
    },
    reset(stream) {
      unconfirmed.delete(stream);
      candidates.delete(stream);
    },
    handledUpTo(stream) {
      const { time, groups } = confirmed.get(stream) ?? { time: 0, groups: [] };
      // One that came later, or is gone and may come back, has handled nothing as far as is known.
      return [...(seen.get(stream) ?? [])].every((group) => groups.includes(group)) ? time : 0;
    },
  };
}
