/** What follows from a failure of a handler: another try after a pause, or giving up. */
import { backoff } from './backoff.ts';
import { isUnavailable, UnrecoverableError } from './errors.ts';
import type { DeliveryOptions } from './options.ts';

export type Verdict =
  /** A store was away: nothing is wrong with the entry, so the try does not count. */
  { kind: 'wait'; pauseMs: number } | { kind: 'again'; pauseMs: number } | { kind: 'give-up' };

/** While a store is away, pauses start as if so many tries had failed already. */
const UNAVAILABLE_HEAD_START = 3;

/**
 * Judges the failure of an entry that was delivered `attempts` times so far. `storesAnswer` says that
 * what looks like an outage is none.
 */
export function judge(
  error: Error,
  attempts: number,
  { maxDeliveries, retryMinMs, retryMaxMs }: Required<DeliveryOptions>,
  storesAnswer = false,
): Verdict {
  if (!storesAnswer && isUnavailable(error)) {
    return {
      kind: 'wait',
      pauseMs: backoff(attempts + UNAVAILABLE_HEAD_START, retryMinMs, retryMaxMs),
    };
  }
  if (error instanceof UnrecoverableError || attempts >= maxDeliveries) return { kind: 'give-up' };
  return { kind: 'again', pauseMs: backoff(attempts, retryMinMs, retryMaxMs) };
}
