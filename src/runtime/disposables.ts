/** What was opened, disposed of in reverse order whatever fails on the way. */
import type { FastifyBaseLogger } from 'fastify';

/** As the language's own AsyncDisposableStack, but failures have a name and are logged, not thrown. */
export interface Disposables {
  /** Has `close` called when all is disposed of; at once, after the others, where that is under way. */
  defer(name: string, close: () => unknown): void;
  /** Closes everything, last opened first, and what is deferred meanwhile. Later calls wait for the first. */
  dispose(): Promise<void>;
}

export function createDisposables(log: FastifyBaseLogger): Disposables {
  const stack = new AsyncDisposableStack();
  let disposing: Promise<void> | undefined;
  return {
    defer(name, close) {
      const closeLogged = async (): Promise<void> => {
        try {
          await close();
        } catch (error) {
          log.error({ err: error }, `closing ${name} failed`);
        }
      };
      if (disposing) disposing = disposing.then(closeLogged);
      else stack.defer(closeLogged);
    },
    async dispose() {
      disposing ??= stack.disposeAsync();
      for (let seen: unknown; seen !== disposing; await seen) seen = disposing;
    },
  };
}
