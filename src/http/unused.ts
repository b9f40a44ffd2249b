/** Connections that browsers open in advance: Node.js waits for their first request when it closes. */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Makes closing the application end the connections on which no request has come yet. */
export function closeUnused(app: FastifyInstance): void {
  const unused = new Set<Socket>();
  app.server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', ({ socket }) => unused.delete(socket));
  app.addHook('preClose', async () => {
    for (const socket of unused) socket.destroy();
  });
}
