/** A real Millrace process on a test's place, for tests that signal or kill it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Test } from 'tap';
import type { Scope } from './servers.ts';
import type { TestEnvironment } from './support.ts';

const ENTRY = join(import.meta.dirname, '..', 'millrace.mjs');

/**
 * Starts `millrace start`, which must not start: its exit status is 1, and standard error holds one
 * message, which is given, and no stack trace. `command` runs it in another way.
 */
export async function refusedStart(
  t: Test,
  environment: Record<string, string>,
  command: readonly [string, ...string[]] = [process.execPath],
): Promise<string> {
  const [program, ...args] = command;
  const child = spawn(program, [...args, ENTRY, 'start'], {
    env: { ...process.env, ADMIN_TOKEN: 'the-token-of-the-operator', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number]>;
  const stderr = await text(child.stderr);
  t.equal((await exited)[0], 1, 'the exit status is 1');
  t.notMatch(stderr, /^ +at /m, 'no stack trace');
  return stderr;
}

export interface MillraceProcess {
  /** Where it listens. */
  url: string;
  child: ChildProcess;
  /** Every line that it logged so far. */
  logs: Record<string, unknown>[];
  /** Ends it by a signal; gives its exit status, or the signal that it died of. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/**
 * Starts `millrace start`, or another entry, and waits until it listens; it is killed when the test
 * ends.
 */
export async function startProcess(
  t: Scope,
  env: Pick<TestEnvironment, 'environment'>,
  environment: Record<string, string> = {},
  entry = ENTRY,
): Promise<MillraceProcess> {
  const child = spawn(process.execPath, [entry, 'start'], {
    env: { ...process.env, ...env.environment, LOG_LEVEL: 'info', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const kill = () => child.kill('SIGKILL');
  // A worker of Playwright that is to end at once closes nothing.
  process.once('exit', kill);
  t.teardown(async () => {
    process.off('exit', kill);
    kill();
    await exited;
  });
  const logs: Record<string, unknown>[] = [];
  const listening = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (logged) => {
      const line = parsed(logged);
      // One that is killed may leave half a line.
      if (!line && child.killed) return;
      if (!line) throw new Error(`this is no line of a log: ${logged}`);
      logs.push(line);
      const [, url] = /listening at (http:\S+)/.exec(String(line['msg'])) ?? [];
      if (url) resolve(url);
    });
    child.on('exit', (status) =>
      reject(new Error(`Millrace ended with status ${status} before it listened`)),
    );
  });
  return {
    url: await listening,
    child,
    logs,
    async end(signal) {
      child.kill(signal);
      const [status, died] = await exited;
      return died ?? status ?? -1;
    },
  };
}

function parsed(logged: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(logged) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
