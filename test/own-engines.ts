/** Engines of a test's own, which it may break; one that is killed is started again on its data. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import type { Test } from 'tap';
import { startEngines, type Engines } from '../engines/index.ts';
import { livingHolder } from '../engines/lock.ts';
import { isAlive } from '../engines/process.ts';
import type { Scope } from './servers.ts';

export interface OwnEngines extends Engines {
  /**
   * Sends a signal to an engine, by default that of kill -9. Gives whether one runs at the moment that
   * it could be sent to.
   */
  kill(name: 'redis' | 'mongodb', signal?: NodeJS.Signals): boolean;
}

/** Starts those engines that have no URL; they end with the test. */
export async function openOwnEngines(
  t: Test,
  urls: { redisUrl?: string; mongodbUrl?: string },
): Promise<OwnEngines> {
  const dataDir = mkdtempSync(join(tmpdir(), 'millrace-own-'));
  const engines = await startEngines({
    ...urls,
    dataDir,
    log: pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' }),
  });
  t.teardown(async () => {
    await engines.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    ...engines,
    kill(name, signal = 'SIGKILL') {
      const engine = livingHolder(dataDir)?.engines.find((one) => one.name === name);
      if (!engine) throw new Error(`no ${name} of the test's own runs`);
      return isAlive(engine.process) && process.kill(engine.process.pid, signal);
    },
  };
}

/** A client that keeps quiet about lost connections, closed with the test. */
export function openRedis(t: Scope, url: string): Redis {
  const redis = new Redis(url);
  redis.on('error', () => undefined);
  t.teardown(() => redis.disconnect());
  return redis;
}
