/** What kinds of failure a handler can have, and what each means for the entry. */
import { MongoError, MongoNetworkError, MongoServerSelectionError } from 'mongodb';

/** Thrown by a handler where trying again cannot help: the entry goes to the dead letters at once. */
export class UnrecoverableError extends Error {
  readonly code = 'UNRECOVERABLE';
}

/** MongoDB's codes for a server that steps down, shuts down or is not primary (its error_codes.yml). */
const SERVER_CODES = new Set([6, 7, 89, 91, 189, 9001, 10107, 11600, 11602, 13435, 13436]);

/**
 * Whether a store or Redis was away: nothing is wrong with the entry, so such a failure does not
 * count as one of its deliveries.
 */
export function isUnavailable(error: Error & { unavailable?: unknown }): boolean {
  if (error.unavailable === true) return true;
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return true;
  if (error instanceof MongoError) {
    return (
      error.hasErrorLabel('RetryableWriteError') ||
      SERVER_CODES.has(Number(error.code)) ||
      isPoolFailure(error)
    );
  }
  return /^(LOADING|READONLY|CLUSTERDOWN|MASTERDOWN|OOM|BUSY )|Connection is closed|Stream isn't writeable|ECONNREFUSED|ECONNRESET|Command timed out/.test(
    error.message,
  );
}

function isPoolFailure(error: MongoError): boolean {
  return /^Mongo(PoolCleared|PoolClosed|WaitQueueTimeout|NotConnected|TopologyClosed|OperationTimeout)Error$/.test(
    error.name,
  );
}
