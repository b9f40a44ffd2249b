/** One engine kept running: started, started again when it dies, stopped. */
import { launch, pause, type LaunchOptions } from './launch.ts';

/** The wait before an engine that died is started again: doubled each time, up to the last. Milliseconds. */
const FIRST_BACKOFF_MS = 100;
const LAST_BACKOFF_MS = 5_000;

/** An engine that ran this long has recovered: its next death is a first one. Milliseconds. */
const STEADY_MS = 30_000;

export type Supervised = {
  /** Ends the process, and its being started again; resolves when it is gone. */
  stop: () => Promise<void>;
};

/**
 * Starts an engine and resolves when it is ready. From then on it is started again whenever it ends,
 * until it is stopped.
 * @throws ENGINE_FAILED when it ends, or is not ready within READY_BOUND_MS
 */
export async function supervise(options: LaunchOptions): Promise<Supervised> {
  const { name, log } = options;
  const stopping = new AbortController();
  let current = launch(options);
  // Whatever ends this process without a stop, an uncaught error say, ends the engine with it.
  const onExit = () => current.process.kill(options.stopSignal);
  process.once('exit', onExit);

  async function stop(): Promise<void> {
    stopping.abort();
    process.off('exit', onExit);
    await current.end();
  }

  async function keepRunning(): Promise<void> {
    let deaths = 0;
    for (;;) {
      const started = Date.now();
      const how = await current.ended;
      if (stopping.signal.aborted) return;
      if (Date.now() - started > STEADY_MS) deaths = 0;
      log.error({ engine: name, how }, 'an engine ended by itself and is started again');
      let failures = 0;
      do {
        const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** deaths++, LAST_BACKOFF_MS);
        if (!(await pause(backoff, stopping.signal))) return;
      } while (!(await startsAgain(failures++)));
      if (stopping.signal.aborted) return;
      log.info({ engine: name }, 'the engine runs again');
    }
  }

  /** Gives whether it runs, or is to stop. Only the first failure in a row is an error in the log. */
  async function startsAgain(failures: number): Promise<boolean> {
    try {
      current = launch(options);
      await current.ready;
      return true;
    } catch (error) {
      await current.end();
      if (stopping.signal.aborted) return true;
      const level = failures === 0 ? 'error' : 'debug';
      log[level]({ engine: name, err: error }, 'the engine could not be started again');
      return false;
    }
  }

  try {
    await current.ready;
  } catch (error) {
    await stop();
    throw error;
  }
  const kept = keepRunning();
  return { stop: () => stop().then(() => kept) };
}
