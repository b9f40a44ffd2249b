/** One process of an engine: spawned, asked until it serves, ended within a bound. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import { engineError } from './errors.ts';
import { lastLines } from './log-file.ts';

/** How long an engine may take to get ready, recovery of its data included. Milliseconds. */
export const READY_BOUND_MS = 60_000;

/** How long an engine may take to end by itself before it is killed. Milliseconds. */
export const STOP_BOUND_MS = 10_000;

/** How often an engine that starts is asked whether it is ready. Milliseconds. */
const POLL_MS = 25;

export type LaunchOptions = {
  name: string;
  command: string;
  args: readonly string[];
  /** Takes what the process prints; its end is shown where the process does not get ready. */
  logFile: string;
  /** The signal that ends it cleanly. */
  stopSignal: NodeJS.Signals;
  /** Asks once whether it serves. */
  isReady: () => Promise<boolean>;
  /** Called in the same turn in which a process was started, with its pid. */
  onSpawn: (pid: number) => void;
  onReady: (pid: number) => void;
  log: FastifyBaseLogger;
};

export type Launched = {
  process: ChildProcess;
  /** Resolves when the process serves, rejects when it ends first or takes too long. */
  ready: Promise<void>;
  /** Resolves when the process is gone, with how it ended; never rejects. */
  ended: Promise<string>;
  end: () => Promise<void>;
};

/**
 * Starts the process once; it is up to the caller to await its `ready`.
 * @throws Error where its log cannot be opened, or what `onSpawn` throws; then nothing runs
 */
export function launch(options: LaunchOptions): Launched {
  const output = openSync(options.logFile, 'a');
  // A process group of its own: Ctrl-C in a terminal then reaches Millrace alone, which drains what
  // it has in hand before it stops the engines.
  const child = spawn(options.command, options.args, {
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const ended = once(child, 'exit').then(
    ([code, signal]) => (signal === null ? `status ${String(code)}` : String(signal)),
    (error: unknown) => String(error),
  );
  try {
    if (child.pid !== undefined) options.onSpawn(child.pid);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const ready = untilReady(options, child, ended);
  // It is awaited later than it may reject.
  ready.catch(() => undefined);
  return { process: child, ready, ended, end: () => end(options, child, ended) };
}

async function untilReady(
  options: LaunchOptions,
  child: ChildProcess,
  ended: Promise<string>,
): Promise<void> {
  const deadline = Date.now() + READY_BOUND_MS;
  while (!(await options.isReady())) {
    const how = await Promise.race([ended, delay(POLL_MS, undefined)]);
    if (how !== undefined) throw failed(options, `ended before it was ready (${how})`);
    if (Date.now() > deadline) throw failed(options, `was not ready after ${READY_BOUND_MS} ms`);
  }
  if (child.pid !== undefined) options.onReady(child.pid);
}

function failed({ name, command, args, logFile }: LaunchOptions, what: string): Error {
  const line = [command, ...args].join(' ');
  return engineError(
    'ENGINE_FAILED',
    `${name} ${what}. It was started as:\n  ${line}\nThe end of its log ${logFile}:\n${lastLines(logFile)}`,
  );
}

async function end(options: LaunchOptions, child: ChildProcess, ended: Promise<string>) {
  child.kill(options.stopSignal);
  const bound = new AbortController();
  const inTime = await Promise.race([ended, pause(STOP_BOUND_MS, bound.signal)]);
  bound.abort();
  if (inTime !== true) return;
  options.log.warn({ engine: options.name }, 'an engine did not end in time and is killed');
  child.kill('SIGKILL');
  await ended;
}

/** Waits that many milliseconds; gives whether the time passed, false where the signal ended the wait. */
export function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return delay(ms, true, { signal }).catch(() => false);
}
