/** A load balancer as in front of gateways: it asks those that say they are ready, in turn. */
import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';

/** How often the gateways are asked whether they are ready, in ms. */
const PROBE_MS = 250;

/** Starts it before the gateways that there are at the moment; gives where it listens. */
export async function startBalancer(t: Test, upstreams: () => string[]): Promise<string> {
  const agent = new Agent({ keepAlive: true });
  const ending = new AbortController();
  let ready: string[] = [];
  let turn = 0;

  async function probe(): Promise<void> {
    while (!ending.signal.aborted) {
      const answers = upstreams().map(async (url) => {
        const answer = await fetch(`${url}/readyz`).catch(() => undefined);
        return answer?.ok ? [url] : [];
      });
      ready = (await Promise.all(answers)).flat();
      await delay(PROBE_MS);
    }
  }

  /** Another is asked only where no connection was made: then nothing was sent. */
  function pass(from: IncomingMessage, to: ServerResponse, body: Buffer, left: number): void {
    const upstream = ready[turn++ % ready.length];
    const refuse = (): void => void to.writeHead(502).end();
    if (upstream === undefined) return refuse();
    const { method, headers, url } = from;
    const passed = request(`${upstream}${url}`, { agent, ...(method && { method }), headers });
    passed.on('response', (answer) => {
      const { connection: _connection, ...kept } = answer.headers;
      to.writeHead(answer.statusCode ?? 502, kept);
      answer.pipe(to);
      answer.on('error', () => to.destroy());
    });
    passed.on('error', (error: NodeJS.ErrnoException) => {
      if (to.headersSent) return to.destroy();
      if (error.code === 'ECONNREFUSED' && left > 0) return pass(from, to, body, left - 1);
      return refuse();
    });
    to.on('close', () => passed.destroy());
    passed.end(body);
  }

  const server = createServer((from, to) => {
    from.toArray().then(
      (chunks) => pass(from, to, Buffer.concat(chunks as Buffer[]), 2),
      () => to.destroy(),
    );
  });
  // A client may send just when an idle connection is closed: that is for the client to do.
  server.keepAliveTimeout = 0;
  const probing = probe();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(async () => {
    ending.abort();
    server.close();
    server.closeAllConnections();
    agent.destroy();
    await probing;
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
