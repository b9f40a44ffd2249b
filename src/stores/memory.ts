/** What a process keeps in its memory of what its stores say. */

/**
 * Makes a function that gives what a look has found that began less than `ms` ago. One of half that age
 * is looked for anew, while those who ask are given it: so under load nobody waits. A look is made for the
 * one who asks first, with what that one says; the others are given the same.
 */
export function lookOnceIn<T, Asked extends unknown[] = []>(
  ms: number,
  look: (...asked: Asked) => Promise<T>,
): (...asked: Asked) => Promise<T> {
  let found: { value: T; at: number } | undefined;
  let looking: Promise<T> | undefined;

  async function lookAnew(...asked: Asked): Promise<T> {
    const at = performance.now();
    try {
      const value = await look(...asked);
      found = { value, at };
      return value;
    } finally {
      looking = undefined;
    }
  }

  return async (...asked) => {
    const age = found ? performance.now() - found.at : Infinity;
    if (found && age < ms / 2) return found.value;
    looking ??= lookAnew(...asked);
    if (!found || age >= ms) return looking;
    // One that fails is seen by whoever has to wait for the next.
    looking.catch(() => undefined);
    return found.value;
  };
}
