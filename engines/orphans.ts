/** Orphans: the engines of an owner that was killed, and could not stop them. */
import type { FastifyBaseLogger } from 'fastify';
import { STOP_BOUND_MS } from './launch.ts';
import type { Lock } from './lock.ts';
import { endProcess } from './process.ts';

/** Ends what earlier owners left running: two engines on the same data would spoil it. */
export async function endOrphans(lock: Lock, log: FastifyBaseLogger): Promise<void> {
  const ends = lock.orphans.map(async (engine) => {
    const { name, stopSignal } = engine;
    log.warn({ engine: name, pid: engine.process.pid }, 'ending an engine that was left running');
    await endProcess(engine.process, stopSignal, STOP_BOUND_MS);
  });
  await Promise.all(ends);
}
