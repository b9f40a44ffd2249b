/** A process that does one piece of work in a module's stores, such as an import, and ends. */
import { pino, type Logger } from 'pino';
import { ConfigError, loadConfig, type Config } from './config/index.ts';
import { startEngines } from './engines/index.ts';
import { layFoundation, type Foundation } from './foundation.ts';
import type { Module, ModuleContext } from './module.ts';
import { createStack } from './stack.ts';

/** The exit status of a task that could not start. */
const NOT_STARTED = 1;

/**
 * Does one piece of work with the context of a module, whose events are published but which handles
 * none and serves nothing, and which is not started. The engines are those of the process that owns
 * `DATA_DIR`, where one runs. SIGINT and SIGTERM abort the context's signal; the work has to end then.
 *
 * Gives the exit status: the work's, or 1 with a message on standard error where the configuration
 * or an engine kept it from starting. What the work throws is thrown after all is closed.
 */
export function runTask(
  module: Module,
  environment: NodeJS.ProcessEnv,
  work: (context: ModuleContext) => Promise<number>,
): Promise<number> {
  return runOn([module], environment, async ({ bus, prepared: [prepared] }) => {
    if (!prepared) throw new Error(`module ${module.name} was not prepared`);
    // Without subscriptions the bus only sweeps: an outage of Redis meanwhile loses no event.
    await bus.start();
    return work(prepared.context);
  });
}

/**
 * Does one piece of work on the foundation of some modules, as {@link runTask} does for one. The bus
 * is not started yet; it is stopped when the work has ended.
 */
export async function runOn(
  modules: readonly Module[],
  environment: NodeJS.ProcessEnv,
  work: (foundation: Foundation) => Promise<number>,
): Promise<number> {
  let config: Config;
  try {
    config = loadConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return notStarted(error);
  }
  const log = createTaskLog(config, environment);
  const opened = createStack(log);
  try {
    const foundation = await open(modules, config, log, opened).catch(notStarted);
    return typeof foundation === 'number' ? foundation : await work(foundation);
  } finally {
    await opened.unwind();
  }
}

async function open(
  modules: readonly Module[],
  config: Config,
  log: Logger,
  opened: ReturnType<typeof createStack>,
): Promise<Foundation> {
  const engines = await startEngines({
    redisUrl: config.REDIS_URL,
    mongodbUrl: config.MONGODB_URL,
    dataDir: config.DATA_DIR,
    log,
    shareRunning: true,
  });
  opened.push('the engines', () => engines.stop());
  const foundation = await layFoundation({ config, modules, ...engines, log });
  opened.push('the connections', () => foundation.opened.unwind());
  const abort = (): void => foundation.abort();
  process.once('SIGINT', abort).once('SIGTERM', abort);
  opened.push('the signals', () => process.off('SIGINT', abort).off('SIGTERM', abort));
  return foundation;
}

function notStarted(error: unknown): number {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return NOT_STARTED;
}

/** Standard output is the task's own; and a task that goes well has nothing to log. */
function createTaskLog(config: Config, { LOG_LEVEL }: NodeJS.ProcessEnv): Logger {
  const level = LOG_LEVEL ? config.LOG_LEVEL : 'warn';
  return pino({ level, redact: ['err.config', 'err.options'] }, pino.destination(2));
}
