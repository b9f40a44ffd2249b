/** Exponential backoff with jitter, so that many who failed together do not return together. */

/** The pause before attempt `attempt + 1`, in ms: between half of min * 2^(attempt - 1) and all of it, and never over max. */
export function backoff(attempt: number, minMs: number, maxMs: number): number {
  const ceiling = Math.min(maxMs, minMs * 2 ** Math.min(attempt - 1, 30));
  return Math.ceil(ceiling / 2 + Math.random() * (ceiling / 2));
}
