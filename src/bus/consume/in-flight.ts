/** The bytes of entries: what Redis bounds by number alone is asked for in numbers that fit in memory. */
import type { RawEntry } from '../contract/wire.ts';

/** As long as nothing is known of the entries, so many are taken to fill the memory that there is. */
const FIRST_FIT = 16;

/** The characters of an entry, which stand for its bytes. */
export function sizeOf([, list]: RawEntry): number {
  let size = 0;
  for (const text of list) size += text.length;
  return size;
}

export interface Sizes {
  /** Takes in the size of the largest of the entries that came at once. */
  note(largest: number): void;
  /** Of `count` entries, how many are likely to fit in so many bytes: one at least. */
  fitting(count: number, bytes: number): number;
}

/**
 * Entries are taken to be as large as the largest of late: what is small doubles the number that is
 * asked for, what is large lowers it at once.
 */
export function createSizes(maxBytes: number): Sizes {
  let expected = maxBytes / FIRST_FIT;
  return {
    note(largest) {
      expected = Math.max(largest, expected / 2, 1);
    },
    fitting: (count, bytes) => Math.max(1, Math.min(count, Math.floor(bytes / expected))),
  };
}

/** The beginning of a text, by itself: a slice would keep the whole text in memory. */
export function beginning(text: string, length: number): string {
  return text.length <= length ? text : Buffer.from(text.slice(0, length)).toString();
}
