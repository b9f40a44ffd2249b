/** What was opened, closed in reverse order whatever fails on the way. */
import type { FastifyBaseLogger } from 'fastify';

export interface Stack {
  push(name: string, close: () => unknown): void;
  /** Closes everything, last opened first; failures are logged, not thrown. Only the first call acts. */
  unwind(): Promise<void>;
}

export function createStack(log: FastifyBaseLogger): Stack {
  const opened: { name: string; close: () => unknown }[] = [];
  return {
    push: (name, close) => void opened.push({ name, close }),
    async unwind() {
      for (let next = opened.pop(); next; next = opened.pop()) {
        try {
          await next.close();
        } catch (error) {
          log.error({ err: error }, `closing ${next.name} failed`);
        }
      }
    },
  };
}
