/** Servers of a test's own that belong together, such as the members of a replica set; they end with it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Located } from '../engines/locate.mjs';
import { supervise } from '../engines/supervisor.ts';
import type { EngineProgram } from '../engines/engine.ts';
import { freePort } from '../engines/port.ts';

export interface Server {
  port: number;
  /** Sends a signal to its process; one that is killed is started again. */
  signal(signal: NodeJS.Signals): void;
  /** Ends it for good. */
  stop(): Promise<void>;
}

/** Starts a server on a free port, with a directory of its own, and resolves when it serves. */
export type StartServer = (
  name: string,
  programIn: (home: string, port: number) => Omit<EngineProgram, 'url'>,
) => Promise<Server>;

/** What servers end with: a test, a part of one, or a run of the fault harness. */
export interface Scope {
  teardown(close: () => unknown): void;
}

/** A part of a test that ends before the test does: the last that was opened is closed first. */
export function createScope(): Scope & { end(): Promise<void> } {
  const closes: (() => unknown)[] = [];
  return {
    teardown: (close) => void closes.push(close),
    async end() {
      for (let close = closes.pop(); close; close = closes.pop()) await close();
    },
  };
}

export function openServers(t: Scope): StartServer {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-servers-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return async (name, programIn) => {
    const port = await freePort();
    const home = join(directory, name);
    mkdirSync(home);
    let pid = 0;
    const { stop } = await supervise({
      ...programIn(home, port),
      log: pino({ level: 'silent' }),
      onSpawn: (spawned) => (pid = spawned),
      onReady: () => undefined,
    });
    t.teardown(stop);
    return { port, signal: (signal) => process.kill(pid, signal), stop };
  };
}

/** The path of a program that the set-up step has seen to. */
export function pathOf({ path, tried }: Located): string {
  if (path === undefined) throw new Error(`there is none of ${tried.join(', ')}`);
  return path;
}
