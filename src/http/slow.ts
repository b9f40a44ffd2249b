/** Requests whose bodies may take longer to come than others: files that an operator sends. */
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';

const slow = new WeakSet<Socket>();

/**
 * Lets the body of a request come as slowly as it comes: its route bounds it itself. For routes that only
 * those may call who are known, since others could hold connections by it.
 */
export function mayComeSlowly({ raw }: Pick<FastifyRequest, 'raw'>): void {
  const { socket } = raw;
  slow.add(socket);
  raw.once('close', () => slow.delete(socket));
}

/** Whether a connection is one whose request may come slowly. */
export function comesSlowly(socket: Socket): boolean {
  return slow.has(socket);
}
