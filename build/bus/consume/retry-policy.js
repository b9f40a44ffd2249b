/** Who retries, when, and how often: what follows from the failure of a handler. */
import { isUnavailable, UnrecoverableError } from '../errors.js';
/** While a store is away, pauses start as if so many deliveries had failed already. */
const UNAVAILABLE_HEAD_START = 3;
/** An entry that was delivered so many times the allowed deliveries without an answer kills processes. */
const POISONOUS = 4;
/** Decides what follows from a failure. */
export function decideRetry(failed, policy, now = Date.now()) {
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
export function isOverdue({ waitingSince }, { outageMs }, now = Date.now()) {
    return waitingSince !== undefined && now - waitingSince >= outageMs;
}
/** Whether an entry was delivered far more often than it may fail: it ends the processes that take it. */
export function isPoisonous(deliveries, { maxDeliveries }) {
    return deliveries > maxDeliveries * POISONOUS;
}
/**
 * Exponential backoff with jitter, so that many who failed together do not return together. Gives the
 * pause after the `failures`th failure, in ms: between half of min * 2^(failures - 1) and all of it, and
 * never over max.
 */
export function backoff(failures, minMs, maxMs) {
    const ceiling = Math.min(maxMs, minMs * 2 ** Math.min(failures - 1, 30));
    return Math.ceil(ceiling / 2 + Math.random() * (ceiling / 2));
}
