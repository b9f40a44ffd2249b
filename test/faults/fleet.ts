/** The processes of a run: every module together with all others, and once more apart from them. */
import { join } from 'node:path';
import type { FaultyEngines } from './engines.ts';
import type { Plant } from './options.ts';
import { createProcess, type MillraceProcess } from './process.ts';

const ENTRY = join(import.meta.dirname, '..', '..', 'main.ts');
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

const PROCESSES = [
  { name: 'all' },
  { name: 'gateway', MODULES: 'gateway' },
  { name: 'orders-products', MODULES: 'orders,products' },
  { name: 'payments-others', MODULES: 'payments,digital-identity,order-history' },
];

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

/**
 * Starts all processes. The first makes the collections before the others come: MongoDB under Wine
 * ends when two make the same one at the same time.
 */
export async function startFleet(options: {
  engines: FaultyEngines;
  plant: Plant | undefined;
  logDirectory: string;
  misbehaved: (what: string) => void;
  signal: AbortSignal;
}): Promise<MillraceProcess[]> {
  const { engines, plant, logDirectory, misbehaved, signal } = options;
  const fleet: MillraceProcess[] = [];
  for (const { name, ...modules } of PROCESSES) {
    fleet.push(
      await createProcess({
        name,
        entry: plant ? [PLANTED, plant] : [ENTRY],
        environment: { ...environmentOf(engines.proxied), ...modules },
        logFile: join(logDirectory, `${name}.log`),
        misbehaved,
        signal,
      }),
    );
  }
  try {
    await fleet[0]?.start();
    await Promise.all(fleet.slice(1).map((one) => one.start()));
    return fleet;
  } catch (error) {
    await Promise.all(fleet.map((one) => one.end('SIGKILL')));
    throw error;
  }
}
