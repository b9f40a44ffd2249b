/** What a process keeps in its memory of what its stores say. */
import type { ModuleContext } from './module.ts';

/** Makes what belongs to a module's context when it is first asked for, and gives the same after. */
export function perContext<T>(make: (context: ModuleContext) => T): (context: ModuleContext) => T {
  const made = new WeakMap<ModuleContext, { value: T }>();
  return (context) => {
    const known = made.get(context) ?? { value: make(context) };
    made.set(context, known);
    return known.value;
  };
}

/**
 * Makes a function that looks once in `ms`, when somebody asks, and gives all who ask meanwhile the same.
 * A look that fails is not kept.
 */
export function lookOnceIn<T>(ms: number, look: () => Promise<T>): () => Promise<T> {
  let last: Promise<T> | undefined;
  let until = -Infinity;
  return () => {
    if (last && performance.now() < until) return last;
    until = performance.now() + ms;
    const looking = look();
    last = looking;
    looking.catch(() => {
      if (last === looking) last = undefined;
    });
    return looking;
  };
}
