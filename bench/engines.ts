/** Engines of a row's own, in a directory of its own, with their processes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startEngines } from '../src/engines/index.ts';
import { livingHolder } from '../src/engines/lock.ts';
import { endPrograms } from './processes.ts';

/** Rejects when this process is asked to end. A second time ends it at once. */
const asked = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
});
// It may come while no row is under way.
asked.catch(() => undefined);

export interface Place {
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
 * whatever comes of it; a signal gives the work up.
 */
export async function withEngines<Result>(
  wanted: 'redis' | 'both',
  work: (place: Place) => Promise<Result>,
): Promise<Result> {
  // Once it is asked, no other row begins.
  await Promise.race([asked, Promise.resolve()]);
  const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const dataDir = join(directory, 'data');
  const engines = await startEngines({
    ...(wanted === 'redis' && { mongodbUrl: 'mongodb://unused' }),
    dataDir,
    log: pino({ level: 'silent' }),
  });
  try {
    const running = livingHolder(dataDir)?.engines ?? [];
    const pidOf = (name: string): number =>
      running.find((engine) => engine.name === name)?.process.pid ?? 0;
    const pids = { redisPid: pidOf('redis'), mongodbPid: pidOf('mongodb') };
    return await Promise.race([asked, work({ ...engines, ...pids, directory })]);
  } finally {
    await endPrograms();
    await engines.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
