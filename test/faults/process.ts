/** A Millrace process that is killed, frozen and told to stop, and started again as often as it takes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { freePort } from '../../engines/port.ts';
import { until } from './until.ts';

/** How long it may take until a process listens, while engines may be away. Milliseconds. */
const START_MS = 180_000;
/** How long a process may take to end once told, its own bound included. Milliseconds. */
const END_MS = 15_000;
const POLL_MS = 100;
/** How long a process may take to answer that it is ready, in ms. */
const ANSWER_MS = 3000;

export interface MillraceProcess {
  readonly name: string;
  readonly url: string;
  /** Whether it takes requests from outside. */
  readonly takesRequests: boolean;
  /** Resolves when it listens; one that ends before that, since an engine is away, is started anew. */
  start(): Promise<void>;
  /** Ends it by a signal; resolves when it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Sends a signal that does not end it. */
  send(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Whether it says of itself that it can do its work. */
  ready(): Promise<boolean>;
}

export interface ProcessOptions {
  name: string;
  /** What node is to run, with its arguments. */
  entry: readonly string[];
  environment: Record<string, string>;
  logFile: string;
  /** Told of what no process may do: end unasked, or not end when asked. */
  misbehaved: (what: string) => void;
  signal: AbortSignal;
}

/** Prepares a process on a port of its own; nothing runs yet. */
export async function createProcess(options: ProcessOptions): Promise<MillraceProcess> {
  const { name, entry, environment, logFile, misbehaved, signal } = options;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const running = new Map<ChildProcess, { listens: boolean; asked: boolean }>();
  let current: ChildProcess | undefined;

  function launch(): ChildProcess {
    const output = openSync(logFile, 'a');
    const child = spawn(process.execPath, [...entry], {
      env: { ...process.env, ...environment, PORT: String(port) },
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    running.set(child, { listens: false, asked: false });
    const endToo = (): void => void child.kill('SIGKILL');
    process.once('exit', endToo);
    child.once('exit', (status, died) => {
      const how = running.get(child);
      running.delete(child);
      process.off('exit', endToo);
      if (how?.listens && !how.asked && !signal.aborted)
        misbehaved(`${name} ended by itself (${died ?? status})`);
    });
    return child;
  }

  async function start(): Promise<void> {
    await until(
      `${name} listens`,
      async () => {
        if (current === undefined || !running.has(current)) current = launch();
        if (!(await answers(`${url}/healthz`))) return false;
        const state = running.get(current);
        if (state) state.listens = true;
        return state !== undefined;
      },
      { deadlineMs: START_MS, everyMs: POLL_MS, signal },
    );
  }

  async function end(how: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = current;
    const state = child && running.get(child);
    if (!child || !state) return;
    state.asked = true;
    const exited = once(child, 'exit');
    child.kill(how);
    const timer = setTimeout(() => {
      misbehaved(`${name} did not end within ${END_MS} ms after ${how}`);
      child.kill('SIGKILL');
    }, END_MS);
    await exited;
    clearTimeout(timer);
  }

  return {
    name,
    url,
    takesRequests: !environment['MODULES'] || environment['MODULES'].split(',').includes('gateway'),
    start,
    end,
    send: (which) => void current?.kill(which),
    ready: () => answers(`${url}/readyz`),
  };
}

async function answers(url: string): Promise<boolean> {
  // A timer of our own: a signal of AbortSignal.timeout() may be collected before it fires.
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), ANSWER_MS);
  try {
    const response = await fetch(url, { signal: patience.signal });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
