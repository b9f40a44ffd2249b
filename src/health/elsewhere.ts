/** The modules that run in other processes, judged by those alone: any process may ask that, and it costs one question. */
import type { Processes, ServiceRegistry } from '../registry/registry.ts';
import type { Health } from './facts.ts';
import { judgeModule } from './judge.ts';
import { toProcess } from './snapshot.ts';

export interface Elsewhere {
  module: string;
  health: Health;
  advice: string | null;
}

/** Makes what looks at the modules of `known` that do not run here. While Redis is away it gives none. */
export function createElsewhere(
  registry: Pick<ServiceRegistry, 'processes'>,
  known: readonly string[],
  here: readonly string[],
): () => Promise<Elsewhere[]> {
  const names = known.filter((name) => !here.includes(name));
  return async () => {
    if (names.length === 0) return [];
    const seen = await registry.processes().catch(() => undefined);
    return seen === undefined ? [] : names.map((module) => judge(module, seen));
  };
}

function judge(module: string, { at, heartbeats, modules: heardAt }: Processes): Elsewhere {
  const processes = heartbeats.map((one) => toProcess(one, at));
  return { module, ...judgeModule(module, [], { processes, heardAt }) };
}
