/** A Redis of our own: how it is started, and how it shows that it serves. */
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { EngineProgram } from './engine.ts';

/** How long one question whether it serves may take. Milliseconds. */
const PROBE_BOUND_MS = 1_000;

/** Says how `redis-server` runs on that port with its data under `dataDir/redis`. */
export function redisProgram(command: string, dataDir: string, port: number): EngineProgram {
  const directory = join(dataDir, 'redis');
  const logFile = join(dataDir, 'redis.log');
  mkdirSync(directory, { recursive: true });
  return {
    name: 'redis',
    command,
    args: [
      // Reached from this machine only, and so without a password.
      ['--bind', '127.0.0.1', '--port', String(port)],
      ['--dir', directory, '--logfile', logFile],
      // The append-only file holds every write; after a crash of the machine the last second may be
      // missing, after a crash of Redis nothing is.
      ['--appendonly', 'yes', '--appendfsync', 'everysec'],
      // Snapshots would only repeat what the append-only file has.
      ['--save', ''],
      // A stream that silently lost entries would break every promise of the bus: when memory is
      // full, a write must fail instead.
      ['--maxmemory-policy', 'noeviction'],
      ['--daemonize', 'no'],
    ].flat(),
    logFile,
    stopSignal: 'SIGTERM',
    url: `redis://127.0.0.1:${port}`,
    isReady: () => answersPing(port),
  };
}

/** Asks by a bare socket: a client with its own reconnecting would only be in the way here. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const finish = (serves: boolean) => {
      socket.destroy();
      resolve(serves);
    };
    socket.setTimeout(PROBE_BOUND_MS, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    // While it still loads its data, the answer is -LOADING.
    socket.once('data', (answer) => finish(answer.toString().startsWith('+PONG')));
  });
}
