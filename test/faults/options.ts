/** What a run of the harness is told on its command line. */
import { parseArgs } from 'node:util';
import { FAULT_KINDS, type FaultKind } from './faults.ts';

/** Bugs that the harness must find. */
export const PLANTS = ['ack-before-effect', 'publish-before-write'] as const;
export type Plant = (typeof PLANTS)[number];

/** In which processes the modules run, and on which engines. */
export const SHAPES = ['mixed', 'one', 'split', 'copies', 'cluster'] as const;
export type Shape = (typeof SHAPES)[number];

export interface FaultsOptions {
  shape: Shape;
  /** How long orders are placed and things are broken. */
  seconds: number;
  seed: number;
  /** Orders a second. */
  rate: number;
  /** The mean pause between two faults, in ms. */
  paceMs: number;
  /** The kinds of faults, all unless some are named. */
  faults: readonly FaultKind[];
  plant?: Plant | undefined;
  /** How long everything may take to come to rest once nothing is broken any more, in seconds. */
  settleSeconds: number;
}

export const DEFAULTS: Omit<FaultsOptions, 'seconds' | 'seed'> = {
  shape: 'mixed',
  rate: 30,
  paceMs: 2500,
  faults: FAULT_KINDS,
  settleSeconds: 300,
};

export const USAGE = `node test/faults/run.ts [options]
  --shape NAME  how the modules run (${DEFAULTS.shape}):
                  mixed   one process of all, and beside it three of some modules each
                  one     one process
                  split   one process a module
                  copies  two processes a module
                  cluster as mixed, on a Redis Cluster of three masters and three replicas
  --seconds N   how long things are broken (60)
  --seed N      what decides which, when and how (a number of the clock)
  --rate N      orders a second (${DEFAULTS.rate})
  --pace N      the mean pause between two faults, in ms (${DEFAULTS.paceMs})
  --faults A,B  only these kinds: ${FAULT_KINDS.join(', ')}
  --settle N    seconds in which everything must come to rest afterwards (${DEFAULTS.settleSeconds})
  --plant BUG   run with a bug that must be found: ${PLANTS.join(', ')}
  --verbose     say each fault as it comes
`;

/**
 * Reads the command line.
 *
 * @throws Error that names the argument that does not fit and what would
 */
export function parseOptions(args: string[]): FaultsOptions & { verbose: boolean } {
  const { values } = parseArgs({
    args,
    options: {
      shape: { type: 'string', default: DEFAULTS.shape },
      seconds: { type: 'string' },
      seed: { type: 'string' },
      rate: { type: 'string' },
      pace: { type: 'string' },
      faults: { type: 'string' },
      settle: { type: 'string' },
      plant: { type: 'string' },
      verbose: { type: 'boolean', default: false },
    },
  });
  const number = (name: 'seconds' | 'seed' | 'rate' | 'pace' | 'settle', otherwise: number) => {
    const value = Number(values[name] ?? otherwise);
    if (Number.isInteger(value) && value > 0) return value;
    throw new Error(`--${name} must be a whole number above 0, not ${values[name]}`);
  };
  return {
    shape: oneOf('shape', SHAPES, values.shape),
    seconds: number('seconds', 60),
    seed: number('seed', (Date.now() % 1_000_000) + 1),
    rate: number('rate', DEFAULTS.rate),
    paceMs: number('pace', DEFAULTS.paceMs),
    settleSeconds: number('settle', DEFAULTS.settleSeconds),
    faults: values.faults
      ? values.faults.split(',').map((name) => oneOf('faults', FAULT_KINDS, name))
      : FAULT_KINDS,
    ...(values.plant && { plant: oneOf('plant', PLANTS, values.plant) }),
    verbose: values.verbose,
  };
}

function oneOf<T extends string>(option: string, allowed: readonly T[], value: string): T {
  const found = allowed.find((one) => one === value);
  if (found) return found;
  throw new Error(`--${option} knows ${allowed.join(', ')}, not ${value}`);
}
