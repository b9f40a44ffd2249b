/** Processes that a measurement starts: Node programs with a log file each, and what CPU a process used. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** How long a program may take until it is ready, in ms. */
const READY_WITHIN_MS = 60_000;
const POLL_MS = 5;
/** The kernel's unit of CPU time on Linux, whatever the machine: `getconf CLK_TCK`. */
const TICKS_A_SECOND = 100;

/** The programs that run now: none is to outlive what started it. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill();
});

export interface Program {
  pid: number;
  /** Where it listens, where it does. */
  url: string;
  child: ChildProcess;
  /** Ends it by SIGTERM; resolves when it is gone. */
  stop: () => Promise<void>;
}

export interface ProgramOptions {
  file: string;
  args?: readonly string[];
  /** Where its log goes. */
  directory: string;
  environment?: Record<string, string>;
  nodeFlags?: readonly string[];
}

/**
 * Starts a Node program and waits until it says `listening at URL`.
 *
 * @throws Error with the end of its log where it ends before, or takes too long
 */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { file, args = [], directory, environment, nodeFlags = [] } = options;
  const log = join(directory, `${file.replaceAll(/\W+/g, '-').slice(-40)}-${Date.now()}.log`);
  const output = openSync(log, 'a');
  const child = fork(file, [...args], {
    env: { ...process.env, ...environment },
    execArgv: [...nodeFlags],
    stdio: ['ignore', output, output, 'ipc'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const exited = once(child, 'exit');
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const written = readFileSync(log, 'utf8');
    const [, url] = /listening at (http:\/\/[\w.:]+)/.exec(written) ?? [];
    if (url !== undefined) {
      const stop = async (): Promise<void> => {
        child.kill('SIGTERM');
        await exited;
      };
      return { pid: child.pid!, url, child, stop };
    }
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${file} did not get ready:\n${written.slice(-2000)}`);
    }
    await delay(POLL_MS);
  }
}

/** Ends the programs that still run, where what started them was given up. */
export async function endPrograms(): Promise<void> {
  await Promise.all(
    [...running].map((child) => {
      child.kill();
      return once(child, 'exit');
    }),
  );
}

/** The CPU seconds that a process has used, its ended children included; 0 where it is gone. */
export function cpuSeconds(pid: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return 0;
  }
  // The name in parentheses may hold anything; utime, stime, cutime and cstime are fields 14 to 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks / TICKS_A_SECOND;
}

/** The memory that a process holds, in MiB. */
export function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
