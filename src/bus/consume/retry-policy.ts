/**
 * Who retries, when, and how often: what follows from the failure of a handler, and whether a store is away, as
 * failures say, or only an entry makes it look so.
 */
import { isUnavailable, UnrecoverableError } from '../errors.ts';
import type { Log, Subscribed } from '../observer.ts';
import type { BusOptions } from '../options.ts';
import { atMost } from '../scheduling.ts';

/** While a store is away, pauses start as if so many deliveries had failed already. */
const UNAVAILABLE_HEAD_START = 3;
/** An entry that was delivered so many times the allowed deliveries without an answer kills processes. */
const POISONOUS = 4;
/** How long the stores may take to answer, in ms. */
const ANSWER_MS = 2000;
/** How long an answer counts, in ms. */
const COUNTS_MS = 5000;

export type RetryPolicy = Pick<
  BusOptions,
  'maxDeliveries' | 'retryMinMs' | 'retryMaxMs' | 'outageMs'
>;

/** What a handler could not do. */
export interface FailedDelivery {
  error: Error;
  /** Deliveries so far, this one included. */
  deliveries: number;
  /** Since when it waits for a store that is away, in ms since the epoch. */
  waitingSince: number | undefined;
  /** Whether the stores are known to answer; asked only where it {@link isOverdue}. */
  storesAnswer: boolean;
}

export type RetryDecision =
  /** It is delivered again after the pause, in ms. */
  | { kind: 'retry'; pauseMs: number }
  /** A store was away: nothing is wrong with the entry, so the delivery does not count. */
  | { kind: 'defer'; pauseMs: number }
  | { kind: 'dead-letter' };

/** Decides what follows from a failure. */
export function decideRetry(
  failed: FailedDelivery,
  policy: RetryPolicy,
  now = Date.now(),
): RetryDecision {
  const { error, deliveries, storesAnswer } = failed;
  const { maxDeliveries, retryMinMs, retryMaxMs } = policy;
  if (isUnavailable(error) && !(storesAnswer && isOverdue(failed, policy, now))) {
    const pauseMs = backoff(deliveries + UNAVAILABLE_HEAD_START, retryMinMs, retryMaxMs);
    return { kind: 'defer', pauseMs };
  }
  if (error instanceof UnrecoverableError || deliveries >= maxDeliveries)
    return { kind: 'dead-letter' };
  return { kind: 'retry', pauseMs: backoff(deliveries, retryMinMs, retryMaxMs) };
}

/** Whether it has waited for a store for so long that it may be to blame itself. */
export function isOverdue(
  { waitingSince }: Pick<FailedDelivery, 'waitingSince'>,
  { outageMs }: Pick<RetryPolicy, 'outageMs'>,
  now = Date.now(),
): boolean {
  return waitingSince !== undefined && now - waitingSince >= outageMs;
}

/** Whether an entry was delivered far more often than it may fail: it ends the processes that take it. */
export function isPoisonous(
  deliveries: number,
  { maxDeliveries }: Pick<RetryPolicy, 'maxDeliveries'>,
): boolean {
  return deliveries > maxDeliveries * POISONOUS;
}

/**
 * Exponential backoff with jitter, so that many who failed together do not return together. Gives the
 * pause after the `failures`th failure, in ms: between half of min * 2^(failures - 1) and all of it, and
 * never over max.
 */
export function backoff(failures: number, minMs: number, maxMs: number): number {
  const ceiling = Math.min(maxMs, minMs * 2 ** Math.min(failures - 1, 30));
  return Math.ceil(ceiling / 2 + Math.random() * (ceiling / 2));
}

/** Asks whether the stores take writes; what was asked a moment ago is not asked again. */
export type StoreCheck = () => Promise<boolean>;

/** `write` writes to every store and rejects where one does not take it: in some outages reads go on. */
export function createStoreCheck(write: () => Promise<unknown>): StoreCheck {
  let last: { at: number; answer: Promise<boolean> } | undefined;

  return () => {
    if (!last || Date.now() - last.at > COUNTS_MS)
      last = { at: Date.now(), answer: atMost(ANSWER_MS, write()).catch(() => false) };
    return last.answer;
  };
}

/** The outage that a subscription is in, reported once when it begins, lasts for too long, and ends. */
export interface StoreOutage {
  /** Takes in that an entry waits for a store, for too long already where it is `overdue`. */
  deferred(about: object, error: Error, overdue: boolean): void;
  /** Takes in that a batch was handled without a failure. */
  handled(): void;
  /** That entries have waited for a store for too long, or undefined. */
  failing(): string | undefined;
}

export function createStoreOutage(where: Subscribed, log: Log): StoreOutage {
  let away = false;
  /** Why the store is away, once that has lasted for too long. */
  let lasting: Error | undefined;
  return {
    deferred(about, error, overdue) {
      // One line when it begins, not one for each entry that waits.
      if (!away) log.warn(about, 'a store cannot be reached; entries wait for it');
      away = true;
      if (overdue && !lasting)
        log.error(about, 'a store has been away for too long; entries go on waiting for it');
      if (overdue) lasting = error;
    },
    handled() {
      if (!away) return;
      away = false;
      lasting = undefined;
      log.info(where, 'the store is reached again');
    },
    failing: () => lasting && `${where.stream}: waiting for a store: ${lasting.message}`,
  };
}
