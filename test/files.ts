/**
 * Runs test files, several at once, each in a process of its own, as tap does, but on plain Node.js: the
 * loaders that tap hands to every process of its tests cost a second a file, and nothing here needs them.
 */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { t } from 'tap';

/** Test files at once. Most of a test's time is waiting, so that two cores are busy with four. */
const JOBS = Number(process.env['MILLRACE_TEST_JOBS'] ?? 4);

/**
 * Tests of whole systems, of images, of many servers and of large volumes, which take minutes: they are run
 * by `npm run test:system`, and not by `npm test`.
 */
const SYSTEM = [
  'test/acceptance/*.test.ts',
  'test/bench.test.ts',
  'test/bus/conformance/watermill-stress.test.ts',
  'test/engines/{full-disk,lifecycle,ownership}.test.ts',
  'test/host/{access,cluster,cluster-refusals,passwords,replica-set,sentinel,tls}.test.ts',
  'test/image/*.test.ts',
  'test/modules/durable.test.ts',
  'test/modules/order-history/{crash,rebuild,replay}.test.ts',
  'test/modules/products/frozen.test.ts',
];

/** How long a file may take, in seconds. */
const TIMEOUT_S = 600;

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

t.setTimeout(0);
t.jobs = JOBS;
t.plan(files.length);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  // Ends the files that run, outright.
  process.once(signal, () => t.endAll());
for (const file of files) {
  // Tap puts its loaders into NODE_OPTIONS.
  const args = ['-u', 'NODE_OPTIONS', process.execPath, file];
  const env = { ...process.env, TAP_TIMEOUT: String(TIMEOUT_S) };
  const place = { at: null, stack: '' };
  const options = { cwd: root, env, timeout: TIMEOUT_S * 1000, buffered: true, ...place };
  void t.spawn('env', args, options, file);
}
