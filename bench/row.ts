/** What a row of the benchmark is, and what it finds. */

/** How long and how often a row measures: `full` for figures, `short` to see that it runs. */
export interface Scale {
  short: boolean;
  rounds: number;
  /** The only level of orders in flight; undefined: all of them. */
  inFlight?: number | undefined;
  /** Where profiles of our process go; undefined: none is made. */
  profile?: string | undefined;
}

/** One line of the table. */
export interface Finding {
  what: string;
  unit: string;
  ours: number;
  /** The peer or limit that it is compared with; absent where the goal is a figure. */
  peer?: { name: string; value: number };
  /** What the ratio to the peer, or ours where there is none, is to be. */
  goal?: { least: number } | { most: number };
}

export interface Measured {
  findings: Finding[];
  /** Where it goes: tables by title, each of figures by line and column. */
  details?: Record<string, Record<string, Record<string, number>>>;
}

export interface Row {
  name: string;
  about: string;
  measure: (scale: Scale) => Promise<Measured>;
}

/** The figure that the goal is for: ours as a multiple of the peer's, or ours. */
export const ratioOf = ({ ours, peer }: Finding): number => (peer ? ours / peer.value : ours);

/** Whether the goal is met; undefined where there is none. */
export function isMet(finding: Finding): boolean | undefined {
  const { goal } = finding;
  if (goal === undefined) return undefined;
  return 'least' in goal ? ratioOf(finding) >= goal.least : ratioOf(finding) <= goal.most;
}
