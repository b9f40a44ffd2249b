/** What kinds of failure a handler can have, and what each means for the entry. */
import { MongoError, MongoNetworkError, MongoServerSelectionError } from 'mongodb';
/** Thrown by a handler where trying again cannot help: the entry goes to the dead letters at once. */
export class UnrecoverableError extends Error {
    code = 'UNRECOVERABLE';
}
/**
 * MongoDB's codes for a server that steps down, shuts down, is not primary, has no majority or no
 * space, or does not let us in (its error_codes.yml).
 */
const SERVER_CODES = new Set([
    6, 7, 13, 18, 89, 91, 100, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, 14031,
]);
/** The driver's own errors for a connection that it cannot give. */
const POOL_ERRORS = new Set([
    'MongoPoolClearedError',
    'MongoPoolClosedError',
    'MongoWaitQueueTimeoutError',
    'MongoNotConnectedError',
    'MongoTopologyClosedError',
    'MongoOperationTimeoutError',
]);
/** The driver's labels for what may go well another time, and, of transactions, has been tried for long. */
const AWAY_LABELS = [
    'RetryableWriteError',
    'TransientTransactionError',
    'UnknownTransactionCommitResult',
];
/** What a lost connection looks like where the driver keeps only its message, as in bulk writes. */
const LOST_CONNECTION = /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|connection \S+ to \S+ (closed|timed out)|connection pool|Server selection timed out|Topology is closed/i;
/**
 * Redis' codes, the first words of its answers, for what it cannot do now and can do later: it starts,
 * another takes over, its part of a cluster moves; it is full or busy, or writes would not be safe with
 * its replicas or its disk; it does not let us in or not do this, which is for the operator to mend.
 */
const REDIS_CODES = new Set([
    'LOADING READONLY MASTERDOWN CLUSTERDOWN TRYAGAIN MOVED ASK UNBLOCKED INPROG NOGOODSLAVE',
    'OOM BUSY UNKILLABLE NOREPLICAS MISCONF',
    'NOAUTH WRONGPASS NOPERM DENIED',
].flatMap((codes) => codes.split(' ')));
/** A code at the beginning, or where Redis before 7 tells what a command of a script answered. */
const REDIS_CODE = /^(?:ERR Error running script .*?-)?([A-Z]+)\b/;
/** How Redis says without a code that a script may not do something; then that of 7.2 and Valkey. */
const FORBIDDEN_IN_SCRIPT = /^ERR (The user executing the script can't|ACL failure in script)/;
/** An answer of the same kind as the codes that has none either. */
const TOO_MANY_CLIENTS = /^ERR max number of clients reached/;
/** What the Redis client says itself, in plain errors, where it has no connection or no answer in time. */
const REDIS_CLIENT = /^(Connection is closed\.|Stream isn't writeable|Command timed out$|Command aborted due to connection close|Reached the max retries per request limit|Socket timeout\. Expecting data|All sentinels are unreachable|Cluster isn't ready|Cluster is ended\.|Too many Cluster redirections|None of startup nodes is available|Failed to refresh slots cache)/;
/**
 * Whether a store or Redis was away: nothing is wrong with the entry, so such a failure does not
 * count as one of its deliveries. Only the drivers of the stores say so, and errors that are marked
 * `unavailable`: what another server is to blame for, that a handler has asked, counts.
 */
export function isUnavailable(error) {
    if (error.unavailable === true)
        return true;
    if (error instanceof MongoError)
        return isMongodbAway(error);
    if (isRedisAway(error))
        return true;
    return error.cause instanceof Error && isUnavailable(error.cause);
}
function isMongodbAway(error) {
    return (error instanceof MongoNetworkError ||
        error instanceof MongoServerSelectionError ||
        AWAY_LABELS.some((label) => error.hasErrorLabel(label)) ||
        SERVER_CODES.has(Number(error.code)) ||
        POOL_ERRORS.has(error.name) ||
        LOST_CONNECTION.test(error.message));
}
function isRedisAway({ name, message, previousErrors = [] }) {
    if (name !== 'ReplyError')
        return REDIS_CLIENT.test(message);
    const code = REDIS_CODE.exec(message)?.[1] ?? '';
    // What was wrong with a transaction was said of its commands.
    if (code === 'EXECABORT')
        return previousErrors.some(isUnavailable);
    return REDIS_CODES.has(code) || isForbidden(message) || TOO_MANY_CLIENTS.test(message);
}
/** Whether Redis says that the user lacks a right, in a script too. */
export function isForbidden(message) {
    return message.startsWith('NOPERM ') || FORBIDDEN_IN_SCRIPT.test(message);
}
/** Whatever was thrown, as an Error. */
export function asError(thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
}
