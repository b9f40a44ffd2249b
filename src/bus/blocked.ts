/** A connection that one reader blocks, made anew when it is dead without saying so. */
import { once } from 'node:events';
import type { Redis } from 'ioredis';

export interface BlockedConnection {
  /**
   * Makes a call that may block, when the connection is there; one at a time.
   *
   * @throws Error where the call fails, the connection does not come or the answer does not, in time,
   * and where it is closed meanwhile
   */
  call<T>(command: (redis: Redis) => Promise<T>): Promise<T>;
  /** Wakes the call that blocks, by a command on another connection. */
  wake(commands: Redis): Promise<void>;
  /** Ends the call that is under way. */
  close(): void;
}

/** How long a call is waited for at most, in ms, however often one before it was overdue. */
const PATIENCE_MAX_MS = 30_000;

/**
 * Opens the connection; a call may take `overdueMs`, its block time included, and twice as long after
 * each that was overdue: where connecting takes longer than that, no call would ever be made.
 */
export function openBlocked(connect: () => Redis, overdueMs: number): BlockedConnection {
  let clientId: number | undefined;
  let connection = open();
  /** Ends the call that is under way; one promise for all calls would keep something of each. */
  let interrupt: ((error: Error) => void) | undefined;
  let closed = false;
  let patienceMs = overdueMs;

  /** The connection's id, which waking a blocked read needs, cannot be asked for while it blocks. */
  function open(): Redis {
    const redis = connect();
    redis.on('ready', () => {
      redis.client('ID').then(
        (id) => (clientId = id),
        () => undefined,
      );
    });
    redis.on('close', () => (clientId = undefined));
    return redis;
  }

  /** disconnect() on a client that is reconnecting can end it for good, so a new one is made. */
  function reconnect(): void {
    connection.disconnect();
    connection = open();
  }

  function overdue(): void {
    patienceMs = Math.min(2 * patienceMs, Math.max(overdueMs, PATIENCE_MAX_MS));
    reconnect();
    interrupt?.(new Error('the read did not come back'));
  }

  async function ready(): Promise<Redis> {
    if (connection.status !== 'ready') await once(connection, 'ready');
    return connection;
  }

  return {
    async call(command) {
      if (closed) throw new Error('the connection is closed');
      const interrupted = new Promise<never>((_, reject) => (interrupt = reject));
      let last: NodeJS.Immediate | undefined;
      // A process that was held up meets its timers before the answers that came meanwhile.
      const timer = setTimeout(() => (last = setImmediate(overdue)), patienceMs);
      try {
        const answer = await Promise.race([interrupted, ready().then(command)]);
        patienceMs = overdueMs;
        return answer;
      } finally {
        clearTimeout(timer);
        clearImmediate(last);
      }
    },
    async wake(commands) {
      if (clientId !== undefined) await commands.client('UNBLOCK', clientId);
    },
    close() {
      closed = true;
      connection.disconnect();
      interrupt?.(new Error('the connection is closed'));
    },
  };
}
