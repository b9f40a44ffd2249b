/**
 * Runs test files in several processes at once, and prints one TAP document, as tap does. Files of a folder
 * share a process: to load the packages and to start the first host costs more than most tests do, and each
 * test has databases, keys and a host of its own. Tap's own runner starts a process for every file, hands
 * loaders to it that nothing here needs, and starts no file while the first of those that run is slow.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

/**
 * Processes at once. Most of a test's time is waiting, so that two cores are busy with five; a test of a whole
 * system starts many processes, and must not starve those of another.
 */
const JOBS = 5;
const SYSTEM_JOBS = 2;
/** Files that share a process, at most: with more of them the last process would run alone for long. */
const FILES_A_PROCESS = 4;

/**
 * Tests of whole systems, of images and packages, of many servers and of large volumes, which take minutes: they are run
 * by `npm run test:system`, each in a process of its own, and not by `npm test`.
 */
const SYSTEM = [
  'test/acceptance/*.test.ts',
  'test/bench.test.ts',
  'test/bus/{cluster,package,conformance/watermill-stress}.test.ts',
  'test/engines/{full-disk,lifecycle,ownership}.test.ts',
  'test/faults/*.test.ts',
  'test/host/{access,cluster,cluster-refusals,dead-letters,passwords,replica-set,sentinel,tls}.test.ts',
  'test/image/*.test.ts',
  'test/modules/durable.test.ts',
  'test/modules/order-history/{crash,rebuild,replay}.test.ts',
  'test/modules/orders/crash.test.ts',
  'test/modules/products/{fashion,frozen}.test.ts',
];

/** How long a process may take, and then to say what holds it up, in ms. */
const TIMEOUT_MS = 600_000;
const GRACE_MS = 10_000;

const root = join(import.meta.dirname, '..');
const { values, positionals: named } = parseArgs({
  options: { system: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const find = (pattern: string) => globSync(pattern, { cwd: root }).toSorted();
const files = values.system
  ? SYSTEM.flatMap(find)
  : named.flatMap((name) => (name.endsWith('.ts') ? name : find(`${name}/**/*.test.ts`)));
if (!values.system && named.length === 0) {
  const system = new Set(SYSTEM.flatMap(find));
  files.push(...find('test/**/*.test.ts').filter((file) => !system.has(file)));
}

const running = new Set<ChildProcess>();
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    interrupted = true;
    for (const child of running) end(child);
  });

const counts = { pass: 0, fail: 0 };
let ended = 0;
const groups = values.system ? files.map((file) => [file]) : groupsOf(files);
console.log(`TAP version 14\n1..${groups.length}`);
const waiting = groups.values();
const jobs = Number(process.env['MILLRACE_TEST_JOBS'] ?? (values.system ? SYSTEM_JOBS : JOBS));
await Promise.all(
  Array.from({ length: jobs }, async () => {
    for (const group of waiting) if (!interrupted) await run(group);
  }),
);
const { pass, fail } = counts;
console.log(`# { total: ${pass + fail}, pass: ${pass}${fail > 0 ? `, fail: ${fail}` : ''} }`);
process.exitCode = fail > 0 || interrupted ? 1 : 0;

/**
 * The files that share a process: of one folder each. Those of the upper folders try several modules at once
 * and take longest, those of the small ones are short: they come first, and last, so that no process is left
 * to run alone at the end.
 */
function groupsOf(all: readonly string[]): string[][] {
  return Object.values(Object.groupBy(all, dirname))
    .map((folder = []) => folder)
    .toSorted((a, b) => depthOf(a) - depthOf(b) || b.length - a.length)
    .flatMap((folder) => {
      const processes = Math.ceil(folder.length / FILES_A_PROCESS);
      return Array.from({ length: processes }, (_, n) =>
        folder.filter((__, i) => i % processes === n),
      );
    });
}

function depthOf([file]: readonly string[]): number {
  return file!.split('/').length;
}

/** Runs files in one process, prints their output as a subtest, and counts their assertions. */
async function run(group: readonly string[]): Promise<void> {
  const name = group.join(' ');
  const began = performance.now();
  const entry = join(import.meta.dirname, 'together.ts');
  const child = spawn(process.execPath, [entry, ...group], {
    cwd: root,
    env: { ...process.env, TAP_TIMEOUT: String(TIMEOUT_MS / 1000) },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  running.add(child);
  // Tap ends a test that takes too long by itself, and says what it waited for.
  const timer = setTimeout(() => {
    console.error(`${name} took longer than ${TIMEOUT_MS / 1000} s, and was ended.`);
    end(child);
  }, TIMEOUT_MS + GRACE_MS);
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [output, status] = await Promise.all([text(child.stdout), closed]);
  clearTimeout(timer);
  running.delete(child);
  const passed = countOf(output, 'pass');
  // A process that would not load a file, or that was killed, failed once.
  const failed = Math.max(countOf(output, 'fail'), status === 0 ? 0 : 1);
  counts.pass += passed;
  counts.fail += failed;
  const indented = output.trimEnd().replaceAll(/^(?=.)/gm, '    ');
  const took = (performance.now() - began).toFixed(0);
  ended += 1;
  console.log(
    `# Subtest: ${name}\n${indented}\n${failed > 0 ? 'not ok' : 'ok'} ${ended} - ${name} # time=${took}ms\n`,
  );
}

/** Ends a process and all that it started: what lived on would hold the output open, and whoever reads it. */
function end({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** A count of the line that closes tap's output, `# { total: 16, pass: 15, fail: 1 }`. */
function countOf(output: string, name: 'pass' | 'fail'): number {
  const closing = output.match(/^# \{ total: .*\}$/gm)?.at(-1) ?? '';
  return Number(new RegExp(`\\b${name}: (\\d+)`).exec(closing)?.[1] ?? 0);
}
