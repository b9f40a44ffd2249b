/** What a page asks of the API in the browser, and what came of it. */
import { useCallback, useEffect, useState } from 'preact/hooks';

export interface Loaded<T> {
  /** Absent until it is there. */
  data?: T;
  error?: unknown;
  /** Asks again; what was there stays until the answer comes. */
  reload(this: void): Promise<void>;
  /** Puts another value in its place. */
  set(this: void, data: T): void;
}

/**
 * Asks for something when the part of the page appears, and again where `inputs` change. An answer to a
 * question that is no longer asked is dropped.
 */
export function useLoaded<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
  initial?: T,
): Loaded<T> {
  const [state, setState] = useState<{ data?: T; error?: unknown }>(
    initial === undefined ? {} : { data: initial },
  );
  const load = useCallback(async (signal: AbortSignal) => {
    try {
      const data = await ask(signal);
      if (!signal.aborted) setState({ data });
    } catch (error) {
      if (!signal.aborted) setState(({ data }) => ({ ...(data !== undefined && { data }), error }));
    }
    // What is asked changes with the inputs alone.
  }, inputs);
  const [isFirst, setFirst] = useState(initial !== undefined);
  useEffect(() => {
    if (isFirst) return setFirst(false);
    const controller = new AbortController();
    void load(controller.signal);
    return () => controller.abort();
  }, [load]);
  return {
    ...state,
    reload: () => load(new AbortController().signal),
    set: (data) => setState({ data }),
  };
}
