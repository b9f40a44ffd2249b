/** The connections of clients, as far as a process that stops would wait for them or cut them off. */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Makes connections end with the answer under way once the process is told to stop, so that none is
 * cut off later with a request on its way; and with the server those on which no request has come yet,
 * as browsers open them in advance: Node.js waits for both.
 */
export function closeIdleConnections(app: FastifyInstance, stopping: AbortSignal): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping.aborted) reply.header('connection', 'close');
    done(null, payload);
  });
  const idle = new Set<Socket>();
  app.server.on('connection', (socket) => {
    idle.add(socket);
    socket.once('close', () => idle.delete(socket));
  });
  app.server.on('request', ({ socket }) => idle.delete(socket));
  app.addHook('preClose', async () => {
    for (const socket of idle) socket.destroy();
  });
}
