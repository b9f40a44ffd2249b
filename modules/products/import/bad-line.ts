/** A line that was not imported, as programs take it: where, which field, and why. */

export interface BadLine {
  /** From 1. */
  line: number;
  /** The path of the field that does not fit, `/price`; null: the line as a whole, or its picture. */
  field: string | null;
  reason: string;
}

/** Characters of a reason that are kept. */
const MAX_REASON = 500;

/** Takes apart what an import reports of a line: `/price must be an integer; /name …`. */
export function badLineOf(line: number, problem: string): BadLine {
  const [, path = '', rest = problem] = /^(\/\S*) (.*)$/su.exec(problem) ?? [];
  // The path / is the line itself.
  const field = path.length > 1 ? path : null;
  const reason = rest.length > MAX_REASON ? `${rest.slice(0, MAX_REASON).toWellFormed()}…` : rest;
  return { line, field, reason };
}
