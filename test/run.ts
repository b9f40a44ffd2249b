/**
 * Runs the tests: `node test/run.ts [--system | files and folders]`, see files.ts; or those in a browser:
 * `node test/run.ts --browser [arguments of playwright test]`. Starts a Redis and a MongoDB for them in a
 * directory of their own, names both in MILLRACE_TEST_REDIS_URL and MILLRACE_TEST_MONGODB_URL, and ends with
 * the line `N passed, N failed`. Where the first is set already, that Redis is used.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { JSONReport } from '@playwright/test/reporter';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { startEngines } from '../engines/index.ts';
import { endOrphansBelow } from './engines/orphans.ts';

/** How much of the end of tap's output is kept, to find its counts in. Characters. */
const KEPT = 4_096;

/** What a file system in memory must have free to hold the data of a run. Bytes. */
const ROOM = 8 * 2 ** 30;

/** How often MongoDB makes durable what nobody waits for; dropping a database does wait. Milliseconds. */
const JOURNAL_EVERY_MS = 5;

const root = join(import.meta.dirname, '..');
// Systems are tried on a disk, as they run: in memory, a fault run came to a standstill.
const inMemory = !process.argv.includes('--system');
const directory = mkdtempSync(join(inMemory ? fastDirectory() : tmpdir(), 'millrace-test-'));
const log = pino({ level: 'warn' }, process.stderr);
const inBrowser = process.argv[2] === '--browser';
let counts = { pass: 0, fail: 0 };

let interruptedBy: NodeJS.Signals | undefined;
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interruptedBy = signal;
    interruption.abort();
  });
}

try {
  process.exitCode = await runTests();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  if (interruptedBy !== undefined) process.exitCode = 128 + constants.signals[interruptedBy];
  console.log(summary(process.exitCode !== 0));
}

/** Gives the tests' exit status, with the engines stopped. */
async function runTests(): Promise<number> {
  const redisUrl = process.env['MILLRACE_TEST_REDIS_URL'];
  const engines = await startEngines({ redisUrl, dataDir: join(directory, 'data'), log });
  try {
    if (interruption.signal.aborted) return 1;
    await prepareMongodb(engines.mongodbUrl);
    return await (inBrowser ? runPlaywright : runTap)({
      ...process.env,
      // Whatever an interrupted test leaves lies in here too, and goes with it.
      TMPDIR: directory,
      // The same sources are loaded by every test, and by every process that one starts.
      NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'millrace-tests'),
      MILLRACE_TEST_REDIS_URL: engines.redisUrl,
      MILLRACE_TEST_MONGODB_URL: engines.mongodbUrl,
    });
  } finally {
    await engines.stop();
    await endOrphansBelow(directory, log);
  }
}

/** Where the data of a run goes: into memory, where there is much, since its engines wait for the disk. */
function fastDirectory(): string {
  const memory = '/dev/shm';
  if (process.env['TMPDIR'] || !existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > ROOM ? memory : tmpdir();
}

async function prepareMongodb(url: string): Promise<void> {
  const client = new MongoClient(url);
  try {
    // MongoDB under Wine ends where two files that end at once both make it.
    await client.db('tests').createCollection('left');
    const admin = client.db('admin');
    await admin.command({ setParameter: 1, journalCommitInterval: JOURNAL_EVERY_MS });
  } finally {
    await client.close();
  }
}

/** Gives tap's exit status; its output passes through. */
async function runTap(env: NodeJS.ProcessEnv): Promise<number> {
  const args = [join(root, 'test', 'files.ts'), ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  interruption.signal.addEventListener('abort', () => child.kill('SIGTERM'));
  const ended = once(child, 'close');
  let endOfOutput = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    endOfOutput = (endOfOutput + chunk).slice(-KEPT);
  });
  // Tap's output is for machines; a person at a terminal gets what is for people.
  const reader = process.stdout.isTTY ? startReporter() : undefined;
  child.stdout.pipe(reader?.stdin ?? process.stdout, { end: reader !== undefined });
  if (reader) await once(reader, 'close');
  const [status] = await ended;
  // Its closing line is `# { total: 16, pass: 15, fail: 1 }`.
  const lines = stripVTControlCharacters(endOfOutput).match(/^# \{ total: .*\}$/gm);
  const closing = lines?.at(-1) ?? '';
  const count = (name: string) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(closing)?.[1] ?? 0);
  counts = { pass: count('pass'), fail: count('fail') };
  return typeof status === 'number' ? status : 1;
}

function startReporter() {
  const tap = join(root, 'node_modules', '.bin', 'tap');
  const args = [tap, '--reporter=terse', '--color', '-'];
  return spawn(process.execPath, args, { cwd: root, stdio: ['pipe', 'inherit', 'inherit'] });
}

/** Gives Playwright's exit status; its output passes through. */
async function runPlaywright(env: NodeJS.ProcessEnv): Promise<number> {
  const results = join(directory, 'results.json');
  const playwright = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  const args = [playwright, 'test', '--config', 'test/browser', ...process.argv.slice(3)];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: results },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  // By any other signal it ends at once, and leaves its workers with their browsers and shops.
  interruption.signal.addEventListener('abort', () => child.kill('SIGINT'));
  const [status] = await once(child, 'close');
  if (existsSync(results)) {
    const { stats } = JSON.parse(readFileSync(results, 'utf8')) as JSONReport;
    counts = { pass: stats.expected, fail: stats.unexpected };
  }
  return typeof status === 'number' ? status : 1;
}

function summary(failed: boolean): string {
  // A run that failed without a failed assertion, by a file that would not load say, failed once.
  return `${counts.pass} passed, ${Math.max(counts.fail, failed ? 1 : 0)} failed`;
}
