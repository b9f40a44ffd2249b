/** A context whose process halts before and after its operations on MongoDB: for a while, or for good. */
import type { ModuleContext } from '../src/index.ts';

/** What a process dies of in a test. */
export class Died extends Error {}

/** The operations of a collection and of a cursor that reach the server. */
const REACHING = new Set([
  'bulkWrite',
  'insertMany',
  'insertOne',
  'updateMany',
  'updateOne',
  'findOne',
  'findOneAndUpdate',
  'countDocuments',
  'toArray',
]);

/**
 * `halt` is awaited before and after each operation; where it throws, the operation does not happen,
 * or nobody learns that it did.
 */
export function halting(context: ModuleContext, halt: () => Promise<void>): ModuleContext {
  return { ...context, db: wrap(context.db, halt) };
}

/** Wraps what a database, a collection and a cursor give as well. */
function wrap<T extends object>(target: T, halt: () => Promise<void>): T {
  const wrapped: T = new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const call = (): unknown => Reflect.apply(value, target, args);
        if (REACHING.has(String(name))) {
          return (async () => {
            await halt();
            const result = await call();
            await halt();
            return result;
          })();
        }
        const result = call();
        if (result === target) return wrapped;
        const leadsOn = name === 'collection' || name === 'find' || name === 'aggregate';
        return leadsOn ? wrap(result as object, halt) : result;
      };
    },
  });
  return wrapped;
}
