/** The schedule: which fault comes when, drawn from the seed alone. */
import { pause } from '../../engines/launch.ts';
import { drawFault, type FaultKind, type World } from './faults.ts';
import type { Random } from './random.ts';

export interface ScheduleOptions {
  world: World;
  random: Random;
  kinds: readonly FaultKind[];
  /** The mean pause between two faults, in ms. */
  paceMs: number;
  /** Told of each fault as it begins. */
  begun: (kind: FaultKind, needs: string) => void;
}

/**
 * Breaks one thing after the other until the world's end is signalled; faults that need different
 * things overlap. The clock decides only how far the run gets in the schedule. Gives how often each
 * kind came, once everything is mended.
 *
 * @throws Error where something could not be mended
 */
export async function breakThings(options: ScheduleOptions): Promise<Map<FaultKind, number>> {
  const { world, random, kinds, paceMs, begun } = options;
  const counts = new Map<FaultKind, number>(kinds.map((kind) => [kind, 0]));
  const lastOf = new Map<string, Promise<void>>();
  const all: Promise<void>[] = [];
  const failures: unknown[] = [];
  let bag: FaultKind[] = [];

  while (await pause(random.between(paceMs / 2, paceMs * 1.5), world.ending)) {
    // Each kind comes once before any comes again.
    if (bag.length === 0) bag = random.shuffle(kinds);
    const kind = bag.pop()!;
    const { needs, inflict } = drawFault(kind, world, random.fork());
    await lastOf.get(needs);
    if (world.ending.aborted || failures.length > 0) break;
    begun(kind, needs);
    counts.set(kind, counts.get(kind)! + 1);
    const inflicted = inflict().catch((error: unknown) => void failures.push(error));
    lastOf.set(needs, inflicted);
    all.push(inflicted);
  }
  await Promise.all(all);
  if (failures.length > 0) throw failures[0];
  return counts;
}
