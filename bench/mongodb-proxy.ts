/**
 * A proxy before a MongoDB that counts what passes: statements, documents read and written, by database
 * and collection; and that can hold every answer for a while, so that trips in sequence show as time.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { BSON, type Document } from 'mongodb';

/** What one kind of statement on one collection did. */
export interface Count {
  /** Requests that carried it. */
  requests: number;
  /** Statements in them: updates of a bulk write count one by one, an insert of many is one. */
  statements: number;
  written: number;
  read: number;
}

export interface MongodbProxy {
  url: string;
  /** By `database.collection command`. */
  counts: Map<string, Count>;
  /** Holds each answer so long, in ms. */
  delayMs: number;
  stop(): Promise<void>;
}

const OP_MSG = 2013;
/** Length, request id, id of what it answers, opcode; then the flags of an OP_MSG. */
const HEADER = 16;
const FLAGS = 4;

/** Starts a proxy before a MongoDB, whatever members of a replica set it may name. */
export async function startMongodbProxy(mongodbUrl: string): Promise<MongodbProxy> {
  const { hostname, port } = new URL(mongodbUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const engine = connect({ host: hostname, port: Number(port) });
    /** The kinds of requests under way, by their ids. */
    const asked = new Map<number, string>();
    for (const socket of [client, engine]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      const end = (): void => void (client.destroy(), engine.destroy(), sockets.delete(socket));
      socket.on('error', end).on('close', end);
    }
    client.on(
      'data',
      forEachMessage((message) => readRequest(message, asked, proxy.counts)),
    );
    client.pipe(engine);
    engine.on(
      'data',
      forEachMessage((message) => readAnswer(message, asked, proxy.counts)),
    );
    engine.on('data', (chunk: Buffer) => {
      const pass = (): void => void client.write(chunk);
      if (proxy.delayMs > 0) setTimeout(pass, proxy.delayMs);
      else pass();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: MongodbProxy = {
    url: `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}/?directConnection=true`,
    counts: new Map(),
    delayMs: 0,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

/** Cuts a stream of bytes into messages of the wire protocol. */
function forEachMessage(take: (message: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER && rest.length >= rest.readInt32LE(0)) {
      const length = rest.readInt32LE(0);
      take(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  };
}

/** The body of an OP_MSG, and how many documents came beside it; undefined for another message. */
function parse(message: Buffer): { body: Document; beside: number } | undefined {
  if (message.readInt32LE(12) !== OP_MSG) return undefined;
  let body: Document = {};
  let beside = 0;
  for (let at = HEADER + FLAGS; at < message.length;) {
    const kind = message[at]!;
    const length = message.readInt32LE(at + 1);
    if (kind === 0) body = BSON.deserialize(message.subarray(at + 1, at + 1 + length));
    else
      for (let next = message.indexOf(0, at + 5) + 1; next < at + 1 + length; beside += 1)
        next += message.readInt32LE(next);
    at += 1 + length;
  }
  return { body, beside };
}

function readRequest(
  message: Buffer,
  asked: Map<number, string>,
  counts: Map<string, Count>,
): void {
  const parsed = parse(message);
  if (!parsed) return;
  const [command = '', target] = Object.entries(parsed.body)[0] ?? [];
  const collection = command === 'getMore' ? String(parsed.body['collection']) : String(target);
  const kind = `${parsed.body['$db']}.${collection} ${command}`;
  asked.set(message.readInt32LE(4), kind);
  const count = counts.get(kind) ?? { requests: 0, statements: 0, written: 0, read: 0 };
  count.requests += 1;
  count.statements += command === 'insert' ? 1 : Math.max(1, parsed.beside);
  counts.set(kind, count);
}

function readAnswer(message: Buffer, asked: Map<number, string>, counts: Map<string, Count>): void {
  const id = message.readInt32LE(8);
  const kind = asked.get(id);
  const body = kind === undefined ? undefined : parse(message)?.body;
  const count = counts.get(kind ?? '');
  asked.delete(id);
  if (!body || !count) return;
  count.read += body['cursor']?.firstBatch?.length ?? body['cursor']?.nextBatch?.length ?? 0;
  const command = kind?.split(' ').at(-1);
  if (command === 'insert' || command === 'delete') count.written += body['n'] ?? 0;
  else if (command === 'update')
    count.written += (body['nModified'] ?? 0) + (body['upserted']?.length ?? 0);
  else if (command === 'findAndModify') count.written += body['lastErrorObject']?.n ?? 0;
}
