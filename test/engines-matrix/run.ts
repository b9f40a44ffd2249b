/**
 * Runs the bus's tests on each Redis server that MILLRACE_TEST_ENGINES names (see named.ts):
 * `npm run test:engines`. Arguments are those of `npm test`, in place of the bus's tests. Ends with the
 * line `N passed, N failed`, of all servers together.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseNamed, versionOf, type NamedServer } from './named.ts';

interface Counts {
  passed: number;
  failed: number;
}

const root = join(import.meta.dirname, '..', '..');
/** Puts newer servers into a directory; some machines have it beside the checkout. */
const INSTALL = join(root, '..', 'shared', 'newer-redis', 'install');

const directory = mkdtempSync(join(tmpdir(), 'millrace-engines-'));
const total: Counts = { passed: 0, failed: 0 };
let running: ChildProcess | undefined;
let interruptedBy: NodeJS.Signals | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interruptedBy = signal;
    running?.kill(signal);
  });
}

try {
  const tests = process.argv.slice(2);
  if (tests.length === 0) tests.push(...globSync('test/bus/*.test.ts', { cwd: root }));
  const report: string[] = [];
  for (const server of findServers()) {
    const version = versionOf(server);
    if (interruptedBy !== undefined) break;
    console.log(`# ${server.name}: ${version}`);
    const { passed, failed } = await runOn(server, tests);
    report.push(`${server.name} (${version}): ${passed} passed, ${failed} failed`);
    total.passed += passed;
    total.failed += failed;
  }
  for (const line of report) console.log(line);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  total.failed += 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
  if (total.failed > 0) process.exitCode = 1;
  if (interruptedBy !== undefined) process.exitCode = 128 + constants.signals[interruptedBy];
  console.log(`${total.passed} passed, ${total.failed} failed`);
}

function findServers(): NamedServer[] {
  const named = process.env['MILLRACE_TEST_ENGINES'];
  if (named) return parseNamed(named);
  if (!existsSync(INSTALL)) {
    console.log('skipped: MILLRACE_TEST_ENGINES names no servers, as NAME=/FULL/PATH,NAME=…');
    return [];
  }
  execFileSync(INSTALL, [directory], { stdio: ['ignore', 'ignore', 'inherit'] });
  return parseNamed(
    `redis-8.6=${directory}/redis-8/redis-server,valkey-9.1=${directory}/valkey-9/valkey-server`,
  );
}

/** Runs tests as `npm test` does, where `redis-server` is that server; gives what they counted. */
async function runOn({ name, path }: NamedServer, tests: readonly string[]): Promise<Counts> {
  const programs = join(directory, `path-${name}`);
  mkdirSync(programs);
  symlinkSync(path, join(programs, 'redis-server'));
  // What manages a cluster is looked for beside the server.
  symlinkSync(path.replace(/server$/, 'cli'), join(programs, 'redis-cli'));
  const child = spawn(process.execPath, [join(root, 'test', 'run.ts'), ...tests], {
    cwd: root,
    env: {
      ...process.env,
      PATH: `${programs}${delimiter}${process.env['PATH']}`,
      MILLRACE_TEST_REDIS_URL: '',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running = child;
  let counts: Counts | undefined;
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(line) ?? [];
    if (passed === undefined) console.log(line);
    else counts = { passed: Number(passed), failed: Number(failed) };
  }
  await ended;
  return counts ?? { passed: 0, failed: 1 };
}
