/** A whole process: configuration, engines, host, signals, exit status. */
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { pino, type Logger } from 'pino';
import { ConfigError, loadConfig, type Config } from './config/index.ts';
import { startEngines, type Engines } from './engines/index.ts';
import { startHost } from './host.ts';
import type { Module } from './module.ts';
import { selectModules } from './modules.ts';
import { createStack } from './stack.ts';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** Exit statuses: stopped as asked, could not start, did not stop in time. */
const EXIT = { stopped: 0, notStarted: 1, notStopped: 2 };

/**
 * Runs the modules that `MODULES` names until SIGTERM or SIGINT, then drains and ends the process.
 * What keeps it from starting is said in one message on standard error, without a stack trace.
 */
export async function run(all: readonly Module[], environment: NodeJS.ProcessEnv): Promise<void> {
  let config: Config;
  let modules: Module[];
  try {
    config = loadConfig(environment);
    modules = selectModules(all, config.MODULES);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT.notStarted;
    return;
  }
  const log = createLog(config);
  const opened = createStack(log);
  stopOnSignals(log, config.STOP_TIMEOUT_MS, () => opened.unwind());
  try {
    const engines = await startEngines({
      ...(config.REDIS_URL && { redisUrl: config.REDIS_URL }),
      ...(config.MONGODB_URL && { mongodbUrl: config.MONGODB_URL }),
      dataDir: config.DATA_DIR,
      log,
    });
    opened.push('the engines', () => engines.stop());
    reportOwnEngines(config, engines, log);
    const adminToken = config.ADMIN_TOKEN ?? makeAdminToken();
    const host = await startHost({
      config,
      modules,
      known: all,
      ...engines,
      log,
      version,
      adminToken,
    });
    opened.push('the host', () => host.stop());
    await host.app.listen({ host: config.HOST, port: config.PORT });
    log.info({ modules: modules.map(({ name }) => name) }, 'Millrace is ready');
  } catch (error) {
    log.debug({ err: error }, 'starting failed');
    process.stderr.write(
      `Millrace did not start. ${error instanceof Error ? error.message : String(error)}\n`,
    );
    await opened.unwind();
    process.exit(EXIT.notStarted);
  }
}

/** Printed beside the log, not into it: logs are kept and shipped, a token must not be. */
function makeAdminToken(): string {
  const token = randomBytes(32).toString('base64url');
  process.stderr.write(`ADMIN_TOKEN is not set; the operator's token of this run is ${token}\n`);
  return token;
}

/** Says where engines of our own are, for whoever wants to look into them. */
function reportOwnEngines(config: Config, engines: Engines, log: Logger): void {
  const own = {
    ...(!config.REDIS_URL && { redis: engines.redisUrl }),
    ...(!config.MONGODB_URL && { mongodb: engines.mongodbUrl }),
  };
  if (Object.keys(own).length > 0)
    log.info({ ...own, dataDir: config.DATA_DIR }, 'engines of our own run');
}

/** Secrets never reach the log, wherever an error or a request carries them. */
export function createLog(config: Config): Logger {
  return pino({
    level: config.LOG_LEVEL,
    redact: ['req.headers.authorization', 'req.headers.cookie', 'err.config', 'err.options'],
  });
}

function stopOnSignals(log: Logger, timeoutMs: number, stop: () => Promise<void>): void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) return;
    asked = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.fatal(
        { timeoutMs },
        'stopping took too long; what was unfinished is taken up by the next process',
      );
      process.exit(EXIT.notStopped);
    }, timeoutMs).unref();
    void stop().then(() => {
      log.info('stopped');
      process.exit(EXIT.stopped);
    });
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
