/** Being told to stop: what runs is ended in order before the process is. */

/** Gives a signal that is aborted when this process is told to stop, which then ends by itself. */
export function interruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)));
  return interrupted.signal;
}
