/** What a process keeps in its memory of what its stores say. */

/**
 * Makes a function that gives what a look has found that began less than `ms` ago. One of half that age
 * is looked for anew, while those who ask are given it: so under load nobody waits.
 */
export function lookOnceIn<T>(ms: number, look: () => Promise<T>): () => Promise<T> {
  let found: { value: T; at: number } | undefined;
  let looking: Promise<T> | undefined;

  async function lookAnew(): Promise<T> {
    const at = performance.now();
    try {
      const value = await look();
      found = { value, at };
      return value;
    } finally {
      looking = undefined;
    }
  }

  return async () => {
    const age = found ? performance.now() - found.at : Infinity;
    if (found && age < ms / 2) return found.value;
    looking ??= lookAnew();
    if (!found || age >= ms) return looking;
    // One that fails is seen by whoever has to wait for the next.
    looking.catch(() => undefined);
    return found.value;
  };
}
