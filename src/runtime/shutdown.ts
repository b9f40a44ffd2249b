/** How a process ends: asked to by a signal, or by an error that nothing caught. */
import type { Logger } from 'pino';

/** Exit statuses: stopped as asked, could not start, did not stop in time, failed by an error of its own. */
export const EXIT = { stopped: 0, notStarted: 1, notStopped: 2, failed: 70 };

export interface Ending {
  log: Logger;
  /** How long closing may take before the process ends anyway, in ms. */
  boundMs: number;
  close: () => Promise<void>;
}

/** Closes and ends the process on SIGTERM and SIGINT. */
export function endOnSignals({ log, boundMs, close }: Ending): void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) return;
    asked = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.fatal(
        { timeoutMs: boundMs },
        'stopping took too long; what was unfinished is taken up by the next process',
      );
      process.exit(EXIT.notStopped);
    }, boundMs).unref();
    void close().then(() => {
      log.info('stopped');
      process.exit(EXIT.stopped);
    });
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/**
 * Closes and ends the process when an error was caught nowhere: nobody knows what state it left
 * behind. What was in hand is taken up by the next process, as after a crash.
 */
export function endOnError({ log, boundMs, close }: Ending): void {
  let failed = false;
  // A rejection that nothing handles comes here too.
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'the process ends by an error that nothing caught');
    if (failed) return;
    failed = true;
    process.exitCode = EXIT.failed;
    setTimeout(() => process.exit(), boundMs).unref();
    void close().then(() => process.exit());
  });
}
