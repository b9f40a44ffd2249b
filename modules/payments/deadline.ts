/** A bound for what may never answer. */

export interface Deadline {
  /**
   * Gives what the call gives.
   *
   * @throws Error where the deadline is over before; the call itself goes on
   */
  bound<T>(call: () => Promise<T>): Promise<T>;
  /** To be called when nothing is waited for any more. */
  clear(): void;
}

/**
 * A deadline for many calls, `ms` from now. When the signal aborts, what is quick still gets an
 * answer: `graceMs` are left then at most.
 */
export function startDeadline(ms: number, signal: AbortSignal, graceMs: number): Deadline {
  const { promise: over, reject } = Promise.withResolvers<never>();
  // It may pass, or be cleared, while no call is bound by it.
  over.catch(() => undefined);
  let timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  const hurry = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => reject(new Error('the process stops')), Math.min(ms, graceMs));
  };
  if (signal.aborted) hurry();
  else signal.addEventListener('abort', hurry, { once: true });
  return {
    bound: (call) => Promise.race([call(), over]),
    clear() {
      clearTimeout(timer);
      signal.removeEventListener('abort', hurry);
    },
  };
}
