/** Rates of counters: how much each has grown a second since the last look. */

/**
 * The rate of a counter that stands at `value`, to a tenth: 0 where it was not looked at before, is not
 * known, or was set back.
 */
export type RateOf = (counter: string, value: number | null) => number;

/** The least time that says something of a rate, in ms: a look sooner gives the rates of the one before. */
const LEAST_MS = 200;

interface Counted {
  value: number;
  rate: number;
}

/** Makes the function that begins a look, at a time in ms; it remembers the counters of the last one. */
export function createRates(): (at: number) => RateOf {
  let before = { at: -Infinity, counters: new Map<string, Counted>() };
  return (at) => {
    const { at: beforeAt, counters } = before;
    const isSoon = at - beforeAt < LEAST_MS;
    const now = { at, counters: new Map<string, Counted>() };
    if (!isSoon) before = now;
    return (counter, value) => {
      const last = counters.get(counter);
      if (isSoon) return last?.rate ?? 0;
      if (value === null) return 0;
      const grown = last ? Math.max(0, value - last.value) : 0;
      const rate = last ? Math.round((grown * 10_000) / (at - beforeAt)) / 10 : 0;
      now.counters.set(counter, { value, rate });
      return rate;
    };
  };
}
