/** The products of a page of a list, kept while all that match are offered. */
import type { Position } from './cursor.ts';

export interface Page {
  offer(value: string | number, id: string): void;
  /** Those of the page, in their order. */
  positions(): Position[];
}

export interface PageOptions {
  /** 1: lower values first; ties go by the id in the same direction. */
  direction: 1 | -1;
  /** The last product of the page before. */
  after?: Position | undefined;
  limit: number;
}

/** Makes a page without products. */
export function createPage({ direction, after, limit }: PageOptions): Page {
  const kept: Position[] = [];
  const precedes = (value: string | number, id: string, other: Position): boolean => {
    if (value === other.value) return direction === 1 ? id < other.id : id > other.id;
    return direction === 1 ? value < other.value : value > other.value;
  };
  return {
    offer(value, id) {
      if (after && !precedes(after.value, after.id, { value, id })) return;
      if (kept.length === limit && !precedes(value, id, kept[limit - 1]!)) return;
      let place = kept.length;
      while (place > 0 && precedes(value, id, kept[place - 1]!)) place -= 1;
      kept.splice(place, 0, { value, id });
      if (kept.length > limit) kept.pop();
    },
    positions: () => kept,
  };
}
