/** What kinds of failure a handler can have, and what each means for the entry. */
import { MongoError, MongoNetworkError, MongoServerSelectionError } from 'mongodb';

/** Thrown by a handler where trying again cannot help: the entry goes to the dead letters at once. */
export class UnrecoverableError extends Error {
  readonly code = 'UNRECOVERABLE';
}

/** MongoDB's codes for a server that steps down, shuts down or is not primary (its error_codes.yml). */
const SERVER_CODES = new Set([6, 7, 89, 91, 189, 9001, 10107, 11600, 11602, 13435, 13436]);

/** The driver's own errors for a connection that it cannot give. */
const POOL_ERRORS = new Set([
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoOperationTimeoutError',
]);

/** What a lost connection looks like where the driver keeps only its message, as in bulk writes. */
const LOST_CONNECTION =
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|connection \S+ to \S+ (closed|timed out)|connection pool|Server selection timed out|Topology is closed|Connection is closed|Stream isn't writeable|Command timed out|max retries per request/i;

/** Redis in a state that passes, by the first word of its answer. */
const REDIS_TROUBLE = /^(LOADING|READONLY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|OOM|BUSY) /;

/**
 * Whether a store or Redis was away: nothing is wrong with the entry, so such a failure does not
 * count as one of its deliveries.
 */
export function isUnavailable(error: Error & { unavailable?: unknown }): boolean {
  if (error.unavailable === true || LOST_CONNECTION.test(error.message)) return true;
  if (!(error instanceof MongoError)) return REDIS_TROUBLE.test(error.message);
  return (
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    error.hasErrorLabel('RetryableWriteError') ||
    SERVER_CODES.has(Number(error.code)) ||
    POOL_ERRORS.has(error.name)
  );
}
