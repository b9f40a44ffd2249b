/** Medians and percentiles of what was measured. */

/** The value that the share of all (0..1) does not exceed; NaN where there is none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Each field's median over all rounds. */
export function medians<Numbers extends { [field in keyof Numbers]: number }>(
  rounds: readonly Numbers[],
): Numbers {
  const fields = Object.keys(rounds[0] ?? {}) as (keyof Numbers)[];
  const of = (field: keyof Numbers) => [field, median(rounds.map((round) => round[field]))];
  return Object.fromEntries(fields.map(of)) as Numbers;
}

/** The same names with other values. */
export function mapValues<Name extends string, From, To>(
  record: Readonly<Record<Name, From>>,
  change: (value: From) => To,
): Record<Name, To> {
  const entries = Object.entries<From>(record).map(([name, value]) => [name, change(value)]);
  return Object.fromEntries(entries) as Record<Name, To>;
}
