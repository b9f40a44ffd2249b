/** One engine kept running: started, started again when it dies, stopped. */
import { launch, pause, type LaunchOptions } from './launch.ts';

/** The wait before an engine that died is started again: doubled each time, up to the last. Milliseconds. */
const FIRST_BACKOFF_MS = 100;
const LAST_BACKOFF_MS = 5_000;

/** An engine that ran this long has recovered: its next death is a first one. Milliseconds. */
const STEADY_MS = 30_000;

export type Child = {
  /** Ends the process, and its being started again; resolves when it is gone. */
  stop: () => Promise<void>;
};

/**
 * Starts an engine and resolves when it is ready. From then on it is started again whenever it ends,
 * until it is stopped.
 * @throws ENGINE_FAILED when it ends, or is not ready within READY_BOUND_MS
 */
export async function startChild(options: LaunchOptions): Promise<Child> {
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
      const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** deaths++, LAST_BACKOFF_MS);
      log.error({ engine: name, how, backoff }, 'an engine ended by itself and is started again');
      if (!(await pause(backoff, stopping.signal))) return;
      current = launch(options);
      const failure = await current.ready.catch((error: unknown) => error);
      if (stopping.signal.aborted) return current.end();
      if (failure === undefined) log.info({ engine: name }, 'the engine runs again');
      else await current.end();
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
