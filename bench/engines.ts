/** Engines of a row's own, in a directory of its own, with their processes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startEngines } from '../engines/index.ts';
import { livingHolder } from '../engines/lock.ts';
import { endPrograms } from './processes.ts';

/** Ends what the row under way has started. */
let close = async (): Promise<void> => undefined;
// Not `once`: tap, where no listener is left, would end the process before its engines.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void close().finally(() => process.exit(1)));

export interface TestEnvironment {
  redisUrl: string;
  mongodbUrl: string;
  /** Process ids; 0 where that engine was not asked for. */
  redisPid: number;
  mongodbPid: number;
  /** A directory that goes with the engines. */
  directory: string;
}

/**
 * Runs the work on engines that were started for it. Stops them and the programs that still run,
 * whatever comes of it, a signal included.
 */
export async function withEngines<Result>(
  wanted: 'redis' | 'both',
  work: (env: TestEnvironment) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const dataDir = join(directory, 'data');
  const engines = await startEngines({
    ...(wanted === 'redis' && { mongodbUrl: 'mongodb://unused' }),
    dataDir,
    log: pino({ level: 'silent' }),
  });
  let closing: Promise<void> | undefined;
  close = () => (closing ??= closeAll());
  async function closeAll(): Promise<void> {
    await endPrograms();
    await engines.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
  try {
    const running = livingHolder(dataDir)?.engines ?? [];
    const pidOf = (name: string): number =>
      running.find((engine) => engine.name === name)?.process.pid ?? 0;
    const pids = { redisPid: pidOf('redis'), mongodbPid: pidOf('mongodb') };
    return await work({ ...engines, ...pids, directory });
  } finally {
    await close();
  }
}
