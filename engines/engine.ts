/** An engine of our own, from its program to its record in the lock. */
import type { FastifyBaseLogger } from 'fastify';
import { supervise } from './supervisor.ts';
import { isEngineError } from './errors.ts';
import { rotateLog } from './log-file.ts';
import type { LaunchOptions } from './launch.ts';
import type { Lock } from './lock.ts';
import { freePort, isFree } from './port.ts';
import { identify } from './process.ts';

/** What there is to know of an engine on one port: how to start it, ask it, reach it and end it. */
export type EngineProgram = Pick<
  LaunchOptions,
  'name' | 'command' | 'args' | 'logFile' | 'stopSignal' | 'isReady'
> & { url: string };

export type RunningEngine = { name: string; url: string; stop: () => Promise<void> };

/** How often another port is tried where the engine does not start: the first may have been taken. */
const PORTS_TRIED = 3;

/**
 * Starts an engine on a free port and writes it into the lock.
 * @throws ENGINE_FAILED when it does not get ready
 */
export async function startEngine(
  programOn: (port: number) => EngineProgram,
  lock: Lock,
  log: FastifyBaseLogger,
): Promise<RunningEngine> {
  for (let tried = 1; ; tried++) {
    const port = await freePort();
    const program = programOn(port);
    const record = (pid: number, ready: boolean) =>
      lock.record({
        name: program.name,
        process: identify(pid),
        url: program.url,
        ready,
        stopSignal: program.stopSignal,
      });
    rotateLog(program.logFile);
    try {
      const child = await supervise({
        ...program,
        log,
        onSpawn: (pid) => record(pid, false),
        onReady: (pid) => record(pid, true),
      });
      return { name: program.name, url: program.url, stop: child.stop };
    } catch (error) {
      const portWasTaken = isEngineError(error, 'ENGINE_FAILED') && !(await isFree(port));
      if (!portWasTaken || tried === PORTS_TRIED) throw error;
    }
  }
}
