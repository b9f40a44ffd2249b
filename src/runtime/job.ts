/** A process that does one piece of work in a module's stores, such as an import, and ends. */
import type { Logger } from 'pino';
import { ConfigError, loadConfig, type Config } from '../config/index.ts';
import { endOnError, EXIT } from './shutdown.ts';
import { openEngines, type StartEngines } from './engines.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import { createLog, say } from './log.ts';
import type { ModuleContext } from '../module/context.ts';
import type { Module } from '../module/module.ts';
import { explain } from '../stores/refusals.ts';
import { createDisposables, type Disposables } from './disposables.ts';

/** What a job gets from the process that it runs in. */
export interface JobProcess {
  readonly environment: NodeJS.ProcessEnv;
  /** Starts engines that no URL names; undefined where there are none to start. */
  readonly startEngines?: StartEngines | undefined;
}

/**
 * Does one piece of work with the context of a module, whose events are published but which handles
 * none and serves nothing, and which is not started. The engines are those of the process that owns
 * `DATA_DIR`, where one runs. SIGINT and SIGTERM abort the context's signal; the work has to end then.
 *
 * Gives the exit status: the work's, or 1 with a message on standard error where the configuration
 * or an engine kept it from starting, or 70 where the work failed, which the log tells.
 */
export function runModuleJob(
  module: Module,
  process: JobProcess,
  work: (context: ModuleContext) => Promise<number>,
): Promise<number> {
  return runJob([module], process, async ({ bus, modules: [loaded] }) => {
    if (!loaded) throw new Error(`module ${module.name} was not loaded`);
    // Without subscriptions the bus only sweeps: an outage of Redis meanwhile loses no event.
    await bus.start();
    return work(loaded.context);
  });
}

/**
 * Does one piece of work on the runtime of some modules, as {@link runModuleJob} does for one. The bus
 * is not started yet; it is stopped when the work has ended.
 */
export async function runJob(
  modules: readonly Module[],
  { environment, startEngines }: JobProcess,
  work: (runtime: Runtime) => Promise<number>,
): Promise<number> {
  let config: Config;
  try {
    config = loadConfig(environment, modules);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return notStarted(error);
  }
  // Standard output is the job's own; and a job that goes well has nothing to log.
  const log = createLog(environment['LOG_LEVEL'] ? config.LOG_LEVEL : 'warn', 2);
  const opened = createDisposables(log);
  endOnError({ log, boundMs: config.STOP_TIMEOUT_MS, close: () => opened.dispose() });
  try {
    const runtime = await open(modules, config, startEngines, log, opened).catch(notStarted);
    return typeof runtime === 'number' ? runtime : await work(runtime);
  } catch (error) {
    log.fatal({ err: error }, explain(error));
    return EXIT.failed;
  } finally {
    await opened.dispose();
  }
}

async function open(
  modules: readonly Module[],
  config: Config,
  startEngines: StartEngines | undefined,
  log: Logger,
  opened: Disposables,
): Promise<Runtime> {
  const engines = await openEngines(config, startEngines, { log, attach: true });
  opened.defer('the engines', () => engines.stop());
  const runtime = await createRuntime({ config, modules, ...engines, log });
  opened.defer('the connections', () => runtime.opened.dispose());
  const abort = (): void => runtime.abort();
  process.once('SIGINT', abort).once('SIGTERM', abort);
  opened.defer('the signals', () => process.off('SIGINT', abort).off('SIGTERM', abort));
  return runtime;
}

function notStarted(error: unknown): number {
  say(`${explain(error)}\n`);
  return EXIT.notStarted;
}
