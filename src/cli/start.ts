/** `millrace start`, a whole process: configuration, engines, host, signals, exit status. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { ConfigError, loadConfig, type Config } from '../config/index.ts';
import { endOnError, endOnSignals, EXIT } from '../runtime/shutdown.ts';
import { openEngines, type Engines } from '../runtime/engines.ts';
import { startHost, type Host } from '../host.ts';
import { createLog, say } from '../runtime/log.ts';
import type { Module } from '../module/module.ts';
import { selectModules } from '../module/select.ts';
import { explain } from '../stores/refusals.ts';
import { createDisposables } from '../runtime/disposables.ts';
import { version } from '../runtime/version.ts';
import type { CommandCode } from './command.ts';
import type { CommandProcess } from './process.ts';

export const start: CommandCode<CommandProcess> = {
  help: `millrace start

Runs the modules that MODULES names, by default all, until SIGTERM or SIGINT; then it drains and ends.
Where REDIS_URL or MONGODB_URL is not set it starts an engine of its own beside itself, with its data in
DATA_DIR, and stops it with itself. The settings are environment variables.

Exit status: 0 it was stopped, 1 it did not start, 2 it did not stop in time, 70 it failed by itself.`,
  run(args, process) {
    parseArgs({ args: [...args], options: {} });
    return serve(process);
  },
};

/**
 * Runs the modules that `MODULES` names until SIGTERM or SIGINT, then drains and ends the process.
 * What keeps it from starting is said in one message on standard error, without a stack trace.
 *
 * Gives the exit status where it has not started, and 0 while it runs: ending sets another.
 */
export async function serve({
  modules: known,
  environment,
  startEngines,
}: Pick<CommandProcess, 'modules' | 'environment' | 'startEngines'>): Promise<number> {
  let config: Config;
  let modules: Module[];
  try {
    config = loadConfig(environment, known);
    modules = selectModules(known, config.MODULES);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    say(`${error.message}\n`);
    return EXIT.notStarted;
  }
  const log = createLog(config.LOG_LEVEL, 1);
  const opened = createDisposables(log);
  const ending = { log, boundMs: config.STOP_TIMEOUT_MS, close: () => opened.dispose() };
  let serving: Host | undefined;
  endOnSignals({
    ...ending,
    boundMs: config.STOP_DELAY_MS + config.STOP_TIMEOUT_MS,
    async close() {
      await serving?.drain();
      await opened.dispose();
    },
  });
  endOnError(ending);
  try {
    const engines = await openEngines(config, startEngines, { log });
    opened.defer('the engines', () => engines.stop());
    reportOwnEngines(config, engines, log);
    const adminToken = config.ADMIN_TOKEN ?? makeAdminToken();
    const host = await startHost({
      config,
      modules,
      known,
      ...engines,
      log,
      version,
      adminToken,
    });
    opened.defer('the host', () => host.stop());
    await listen(host.app, config);
    serving = host;
    log.info({ modules: modules.map(({ name }) => name) }, 'Millrace is ready');
    return 0;
  } catch (error) {
    log.debug({ err: error }, 'starting failed');
    say(`Millrace did not start. ${explain(error)}\n`);
    await opened.dispose();
    process.exit(EXIT.notStarted);
  }
}

/** Printed beside the log, not into it: logs are kept and shipped, a token must not be. */
function makeAdminToken(): string {
  const token = randomBytes(32).toString('base64url');
  say(`ADMIN_TOKEN is not set; the operator's token of this run is ${token}\n`);
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

/** @throws Error that names the setting with which it cannot listen. */
async function listen(app: Host['app'], { HOST, PORT }: Config): Promise<void> {
  try {
    await app.listen({ host: HOST, port: PORT });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const advice = code === undefined ? undefined : LISTENING[code]?.(HOST, PORT);
    throw new Error(advice ?? explain(error), { cause: error });
  }
}

/** Why a process cannot listen, by the system's code. */
const LISTENING: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) =>
    `PORT is ${port}, which another process has on ${host}. End that one, or set PORT to another.`,
  EACCES: (_host, port) =>
    `PORT is ${port}, which this user may not listen on. Set PORT to 1024 or a higher number.`,
  EADDRNOTAVAIL: (host) =>
    `HOST is ${host}, which is no address of this machine. Set it to one: 127.0.0.1, or 0.0.0.0 for all.`,
  ENOTFOUND: (host) => `HOST is ${host}, a name without an address. Set HOST to an address.`,
  EAI_AGAIN: (host) => `HOST is ${host}, a name without an address. Set HOST to an address.`,
};
