/** What the tests of the engines share: a directory each, and a process that can be killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import type { Test } from 'tap';

export const root = join(import.meta.dirname, '..', '..');

/** A logger that says nothing. */
export const log = pino({ level: 'silent' });

/** How long a state may take to come. Milliseconds. */
const DEADLINE_MS = 30_000;

// An interrupted run must leave no engine behind: an exit ends those of this process, a signal alone
// would not.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(1));

/** An empty directory that is removed after the test. */
export function emptyDirectory(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-engines-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A Redis client for the test's time; while its server is away, commands wait. */
export function redisClient(t: Test, url: string): Redis {
  const client = new Redis(url, { maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  t.teardown(() => client.disconnect());
  return client;
}

/** A MongoDB client for the test's time. */
export function mongoClient(t: Test, url: string): MongoClient {
  const client = new MongoClient(url);
  t.teardown(() => client.close());
  return client;
}

/** Starts a script of this folder; gives the process and what its first line of output says. */
export async function startScript(
  t: Test,
  script: string,
  args: readonly string[],
): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = () => child.kill('SIGTERM');
  process.once('exit', kill);
  t.teardown(async () => {
    process.off('exit', kill);
    if (kill()) await once(child, 'exit');
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  return { child, line: String(line) };
}

/** Waits until the condition holds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${DEADLINE_MS} ms`);
    await delay(20);
  }
}
