/** A free port for an engine of our own. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the range from which systems take ports for outgoing connections (Linux from 32768, macOS
 * from 49152): while an engine is away to be started again, no client can be given its port, and a
 * client that keeps trying to reach it cannot by chance be connected to itself.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;

/** Enough to find a free one on a machine that has any. */
const ATTEMPTS = 200;

/**
 * Gives a TCP port on 127.0.0.1 that nothing listens on. Nothing reserves it: whoever starts an engine
 * on it must be ready for another program to have been faster.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port on 127.0.0.1 between ${FIRST_PORT} and ${LAST_PORT}.`);
}

/** Whether nothing listens on that port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen({ host: '127.0.0.1', port });
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
