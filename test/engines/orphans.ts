/** What killed tests leave running on data directories below a directory, and how it is ended. */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { STOP_BOUND_MS } from '../../engines/launch.ts';
import { endOrphans } from '../../engines/orphans.ts';
import { livingHolder, takeLock } from '../../engines/lock.ts';
import { endProcess } from '../../engines/process.ts';
import { removeLeftContainers } from '../image/tool.ts';

/**
 * Ends containers, the owners of data directories below the directory, and the engines that these leave. Tap
 * kills test files outright when it is interrupted, so that they cannot do it themselves.
 */
export async function endOrphansBelow(directory: string, log: FastifyBaseLogger): Promise<void> {
  await removeLeftContainers(directory);
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const locks = files.filter((file) => /engines\.lock\.\d+$/.test(file));
  const dataDirs = new Set(locks.map((file) => join(directory, dirname(file))));
  await Promise.all([...dataDirs].map((dataDir) => endOwner(dataDir, log)));
}

async function endOwner(dataDir: string, log: FastifyBaseLogger): Promise<void> {
  const holder = livingHolder(dataDir);
  if (holder !== undefined) await endProcess(holder.owner, 'SIGTERM', STOP_BOUND_MS);
  const lock = takeLock(dataDir);
  await endOrphans(lock, log);
  lock.release();
}
