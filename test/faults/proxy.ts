/** A TCP proxy before an engine, whose connections can be held, cut and refused. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from '../../engines/port.ts';

const HOST = '127.0.0.1';

interface Pair {
  client: Socket;
  engine: Socket;
}

export interface Proxy {
  readonly port: number;
  /** Holds all bytes, in both directions, of present and new connections. */
  stall(): void;
  /** Destroys all connections and refuses new ones. */
  drop(): Promise<void>;
  /** Lets everything through again. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy on a free port before the engine on the given one. */
export async function startProxy(enginePort: number): Promise<Proxy> {
  const port = await freePort();
  const pairs = new Set<Pair>();
  let stalled = false;

  const server = createServer({ pauseOnConnect: true }, (client) => {
    const pair = { client, engine: connect({ host: HOST, port: enginePort }) };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      pair.engine.destroy();
    };
    for (const socket of [client, pair.engine]) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
    if (!stalled) flow(pair);
  });

  async function listen(): Promise<void> {
    server.listen({ host: HOST, port });
    await once(server, 'listening');
  }

  async function drop(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const { client, engine } of pairs) {
      client.destroy();
      engine.destroy();
    }
    await closed;
  }

  await listen();
  return {
    port,
    stall() {
      stalled = true;
      for (const pair of pairs) hold(pair);
    },
    drop,
    async open() {
      if (!server.listening) await listen();
      if (!stalled) return;
      stalled = false;
      for (const pair of pairs) flow(pair);
    },
    close: drop,
  };
}

function flow({ client, engine }: Pair): void {
  client.pipe(engine);
  engine.pipe(client);
}

/** A socket without a pipe is paused, and what comes waits in the kernel. */
function hold({ client, engine }: Pair): void {
  client.unpipe(engine);
  engine.unpipe(client);
}
