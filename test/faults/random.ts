/** Chance that can be had again: a small generator of numbers from a seed. */

export interface Random {
  /** A number from 0 up to but not including 1. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T;
  /** The list in another order. */
  shuffle<T>(list: readonly T[]): T[];
  /** A generator of its own, so that how many numbers one part draws does not change another's. */
  fork(): Random;
}

/** Makes a generator; the same seed gives the same numbers (the algorithm is mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  const between = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));

  return {
    next,
    between,
    pick: (list) => list[between(0, list.length - 1)]!,
    shuffle(list) {
      const shuffled = [...list];
      for (let i = shuffled.length - 1; i > 0; i -= 1) {
        const j = between(0, i);
        [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
      }
      return shuffled;
    },
    fork: () => createRandom(Math.floor(next() * 2 ** 32)),
  };
}
