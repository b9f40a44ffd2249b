/** Processes that halt before and after their operations on MongoDB: for a while, or for good. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ModuleContext } from '../src/index.ts';
import type { Random } from './faults/random.ts';

/** Of a hundred operations so many end their process, and so many stand still. */
const DEATHS = 3;
const PAUSES = 30;
/** How long a process stands still at most, in ms: several operations of the others. */
const PAUSE_MS = 25;

/** What a process dies of. */
class Died extends Error {}

export type Step = (context: ModuleContext) => Promise<unknown>;

/**
 * Does the steps, parted among so many processes, each in its order. A step in which its process dies
 * is done again by another, as the bus delivers an entry again.
 */
export async function runWithFaults(
  context: ModuleContext,
  steps: readonly Step[],
  processes: number,
  random: Random,
): Promise<void> {
  await Promise.all(
    Array.from({ length: processes }, async (_, i) => {
      const chance = random.fork();
      for (const step of steps.filter((_step, n) => n % processes === i))
        while (!(await isDone(context, step, chance)));
    }),
  );
}

/** Does a step with a new process; whether it has lived through it. */
async function isDone(context: ModuleContext, step: Step, random: Random): Promise<boolean> {
  let dead = false;
  const process = injectFaults(context, async () => {
    if (dead || random.next() * 100 < DEATHS) {
      dead = true;
      throw new Died();
    }
    if (random.next() * 100 < PAUSES) await pause(random.between(1, PAUSE_MS));
  });
  try {
    await step(process);
    return true;
  } catch (error) {
    if (error instanceof Died) return false;
    throw error;
  }
}

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

/** Is told which operation of a context, a collection or a cursor it is; `commit` ends a transaction. */
type Halt = (when: 'before' | 'after', operation: string) => Promise<void>;

/**
 * `halt` is awaited before and after each operation; where it throws, the operation does not happen,
 * or nobody learns that it did.
 */
export function injectFaults(context: ModuleContext, halt: Halt): ModuleContext {
  return {
    ...context,
    db: wrap(context.db, halt),
    async transaction(work) {
      const result = await context.transaction(async (session) => {
        const done = await work(session);
        await halt('before', 'commit');
        return done;
      });
      await halt('after', 'commit');
      return result;
    },
  };
}

/** Wraps what a database, a collection and a cursor give as well. */
function wrap<T extends object>(target: T, halt: Halt): T {
  const wrapped: T = new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const call = (): unknown => Reflect.apply(value, target, args);
        if (REACHING.has(String(name))) {
          return (async () => {
            await halt('before', String(name));
            const result = await call();
            await halt('after', String(name));
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
