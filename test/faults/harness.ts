/** A run of the harness: start, sell, break, mend, wait for rest, audit. */
import { pause } from '../../engines/launch.ts';
import { audit, balance, type Balance } from './invariants.ts';
import { letBuyersIn, type Buyers } from './buyers.ts';
import { possible, type FaultKind, type World } from './faults.ts';
import { readLedger, type Ledger } from './ledger.ts';
import type { FaultsOptions } from './options.ts';
import { unrest } from './quiet.ts';
import { createRandom } from './random.ts';
import { breakThings } from './schedule.ts';
import { openStage, type Stage } from './stage.ts';
import { until, within } from './until.ts';
import type { Violation } from './violation.ts';
import { startObserver } from './observer.ts';

/** How often it is looked whether all has come to rest, in ms, and how often in a row it must have. */
const LOOK_MS = 250;
const LOOKS = 5;

/** How long a part of the harness may take to end once it was told to, in ms. */
const BOUND_MS = 15_000;

export interface Report {
  options: FaultsOptions;
  faults: Map<FaultKind, number>;
  ledger: Ledger;
  balance: Balance;
  violations: Violation[];
  /** How long the run took in all, in seconds. */
  seconds: number;
  /** Where the logs of the processes are, if a promise was broken; otherwise they are removed. */
  logs?: string;
}

/** What a run is given besides its options. */
interface RunContext {
  signal: AbortSignal;
  /** Told what happens, for those who watch. */
  say: (what: string) => void;
}

/**
 * Runs the processes on engines of their own and reports what became of their promises. All that was
 * started is ended, and its data removed, also where the run fails or is interrupted.
 *
 * @throws Error where the run itself fails, and the signal's reason when it is interrupted
 */
export async function runFaults(
  options: FaultsOptions,
  signal: AbortSignal,
  say: RunContext['say'] = () => undefined,
): Promise<Report> {
  const began = Date.now();
  const stage = await openStage(options, signal);
  let keepLogs = false;
  try {
    say(`${stage.fleet.length} processes run, the shop is open`);
    const { faults, ledger } = await play(stage, options, { signal, say });
    const violations = audit(ledger);
    keepLogs = violations.length > 0 && !options.plant;
    return {
      options,
      faults,
      ledger,
      violations,
      balance: balance(ledger, violations),
      seconds: Math.round((Date.now() - began) / 1000),
      ...(keepLogs && { logs: stage.logs }),
    };
  } catch (error) {
    keepLogs = !signal.aborted;
    if (keepLogs) say(`the logs are kept in ${stage.logs}`);
    throw error;
  } finally {
    await stage.close(keepLogs);
  }
}

async function play(stage: Stage, options: FaultsOptions, { signal, say }: RunContext) {
  const { fleet, catalogue, redis, mongodb, misbehaviour, opened } = stage;
  const random = createRandom(options.seed);
  const observer = startObserver(redis, mongodb);
  opened.defer('the observer', () => observer.stop());
  const buyers = await letBuyersIn({
    urls: fleet.filter(({ takesRequests }) => takesRequests).map(({ url }) => url),
    catalogue,
    rate: options.rate,
    random: random.fork(),
  });
  opened.defer('the buyers', () => buyers.served(AbortSignal.abort()));
  opened.defer('the shop', () => buyers.close());

  const ending = new AbortController();
  const world: World = { ...stage, poisons: [], lettersBefore: [], ending: ending.signal };
  const since = Date.now();
  const breaking = breakThings({
    world,
    random: random.fork(),
    kinds: possible(options.faults, stage.engines),
    paceMs: options.paceMs,
    begun: (kind, needs) => {
      stage.log.info({ kind, needs }, 'fault');
      const at = ((Date.now() - since) / 1000).toFixed(1);
      say(`${at} s: ${kind} (${needs}), ${buyers.purchases.length} purchases so far`);
    },
  });
  opened.defer('what is broken', () => {
    ending.abort();
    return breaking;
  });
  const over = AbortSignal.any([signal, ending.signal]);
  await Promise.race([pause(options.seconds * 1000, over), breaking]);
  signal.throwIfAborted();
  ending.abort();
  const faults = await breaking;
  const mendedAt = Date.now();
  say('everything is mended; waiting for rest');
  await within(buyers.close(), BOUND_MS).catch(() => say('the shop did not close'));
  await comeToRest(stage, buyers, mendedAt, options.settleSeconds * 1000, signal);
  await within(observer.stop(), BOUND_MS).catch(() => say('the observer still looks'));
  say('checking the invariants');

  const ledger = await readLedger(redis, mongodb, {
    purchases: buyers.purchases,
    seeded: [...catalogue.plenty, ...catalogue.scarce],
    poisons: world.poisons,
    lettersBefore: world.lettersBefore,
    misbehaviour,
    premature: observer.premature,
    observed: observer.seen,
    mendedAt,
  });
  return { faults, ledger };
}

/** Waits for rest, but not longer than it may take; the invariants tell what has not come to it. */
async function comeToRest(
  { fleet, redis, mongodb, misbehaviour }: Stage,
  buyers: Buyers,
  mendedAt: number,
  deadlineMs: number,
  interrupted: AbortSignal,
): Promise<void> {
  // A timer of our own: a signal of AbortSignal.timeout() may be collected before it fires.
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), deadlineMs);
  const signal = AbortSignal.any([interrupted, late.signal]);
  const waiting = { deadlineMs, everyMs: LOOK_MS, signal };
  await within(buyers.served(signal), deadlineMs + BOUND_MS).catch(() => undefined);
  for (const one of fleet) {
    await until('ready', () => one.ready(), waiting).catch(
      () => void misbehaviour.push(`${one.name} was not ready again after ${deadlineMs} ms`),
    );
  }
  let looks = 0;
  const atRest = async (): Promise<boolean> => {
    looks = (await unrest(redis, mongodb, mendedAt)).length === 0 ? looks + 1 : 0;
    return looks >= LOOKS;
  };
  await until('rest', atRest, waiting).catch(() => undefined);
  clearTimeout(timer);
  interrupted.throwIfAborted();
}
