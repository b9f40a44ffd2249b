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

/** A deadline for many calls, `ms` from now or when the signal aborts. */
export function startDeadline(ms: number, signal: AbortSignal): Deadline {
  const { promise: over, reject } = Promise.withResolvers<never>();
  // It may pass, or be cleared, while no call is bound by it.
  over.catch(() => undefined);
  const stop = (): void => reject(new Error('the process stops'));
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return {
    bound: (call) => Promise.race([call(), over]),
    clear() {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    },
  };
}
