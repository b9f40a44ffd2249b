/** What was opened, closed in reverse order whatever fails on the way. */
import type { FastifyBaseLogger } from 'fastify';

export interface Stack {
  push(name: string, close: () => unknown): void;
  /** Closes everything, last opened first; failures are logged, not thrown. Later calls wait for the first. */
  unwind(): Promise<void>;
}

export function createStack(log: FastifyBaseLogger): Stack {
  const opened: { name: string; close: () => unknown }[] = [];
  let unwinding: Promise<void> | undefined;
  async function closeAll(): Promise<void> {
    for (let next = opened.pop(); next; next = opened.pop()) {
      try {
        await next.close();
      } catch (error) {
        log.error({ err: error }, `closing ${next.name} failed`);
      }
    }
  }
  return {
    push: (name, close) => void opened.push({ name, close }),
    unwind: () => (unwinding ??= closeAll()),
  };
}
