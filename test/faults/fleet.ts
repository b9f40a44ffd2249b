/** The processes of a run, by its shape. */
import { join } from 'node:path';
import type { FaultyEngines } from './engines.ts';
import { modules } from '../../modules/index.ts';
import type { Plant, Shape } from './options.ts';
import { createProcess, type MillraceProcess } from './process.ts';

const ENTRY = join(import.meta.dirname, '..', '..', 'millrace.mjs');
const PLANTED = join(import.meta.dirname, 'planted.ts');

/** The operator's token of every process. */
export const ADMIN_TOKEN = 'the-token-of-the-fault-harness';

/** The times are short, so that a minute holds many claims, sweeps and retries. */
const ENVIRONMENT = {
  SAMPLE_CATALOGUE: 'off',
  LOG_LEVEL: 'warn',
  ADMIN_TOKEN,
  RATE_LIMIT_PER_MINUTE: '0',
  PAYMENTS_SIMULATED_LIMIT: '4000',
  STREAM_MAX_LENGTH: '4000',
  STOP_TIMEOUT_MS: '8000',
  BUS_DRAIN_MS: '3000',
  BUS_BLOCK_MS: '1000',
  BUS_READ_GRACE_MS: '1000',
  BUS_CLAIM_IDLE_MS: '2000',
  BUS_SWEEP_EVERY_MS: '200',
  BUS_SWEEP_AFTER_MS: '500',
  BUS_RETRY_MAX_MS: '2000',
  BUS_HOUSEKEEP_EVERY_MS: '500',
};

interface Part {
  name: string;
  MODULES?: string;
}

const ALL: Part = { name: 'all' };
const [FIRST, ...OTHERS]: Part[] = modules
  .filter(({ name }) => name !== 'storefront')
  .map(({ name }) => ({ name, MODULES: name }));
const again = ({ name, ...part }: Part): Part => ({ name: `${name}-2`, ...part });

const MIXED = [
  [ALL],
  [
    { name: 'gateway', MODULES: 'gateway' },
    { name: 'orders-products', MODULES: 'orders,products' },
    { name: 'payments-others', MODULES: 'payments,digital-identity,order-history' },
  ],
];

/**
 * The processes of each shape, in the steps in which they start: what makes a collection has it made
 * before another could, since MongoDB under Wine ends when two make the same one at the same time.
 */
const STEPS: Record<Shape, readonly (readonly Part[])[]> = {
  mixed: MIXED,
  cluster: MIXED,
  one: [[ALL]],
  split: [[FIRST!], OTHERS],
  copies: [[FIRST!], OTHERS, [FIRST!, ...OTHERS].map(again)],
};

/** The settings of the run, for whoever works on the same engines. */
export function environmentOf({
  redisUrl,
  mongodbUrl,
}: {
  redisUrl: string;
  mongodbUrl: string;
}): Record<string, string> {
  return { ...ENVIRONMENT, REDIS_URL: redisUrl, MONGODB_URL: mongodbUrl };
}

/** Starts the processes of a shape. */
export async function startFleet(options: {
  engines: FaultyEngines;
  shape: Shape;
  plant: Plant | undefined;
  logDirectory: string;
  misbehaved: (what: string) => void;
  signal: AbortSignal;
}): Promise<MillraceProcess[]> {
  const { engines, shape, plant, logDirectory, misbehaved, signal } = options;
  const create = ({ name, ...part }: Part): Promise<MillraceProcess> =>
    createProcess({
      name,
      entry: plant ? [PLANTED, plant] : [ENTRY, 'start'],
      environment: { ...environmentOf(engines.proxied), ...part },
      logFile: join(logDirectory, `${name}.log`),
      misbehaved,
      signal,
    });
  const steps = await Promise.all(STEPS[shape].map((step) => Promise.all(step.map(create))));
  const fleet = steps.flat();
  try {
    for (const step of steps) await Promise.all(step.map((one) => one.start()));
    return fleet;
  } catch (error) {
    await Promise.all(fleet.map((one) => one.end('SIGKILL')));
    throw error;
  }
}
