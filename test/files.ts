/**
 * Runs test files, several at once, each in a process of its own, as tap does, but on plain Node.js: the
 * loaders that tap hands to every process of its tests cost a second a file, and nothing here needs them.
 */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { t } from 'tap';

/** Test files at once. Most of a test's time is waiting, so that two cores are busy with four. */
const JOBS = Number(process.env['MILLRACE_TEST_JOBS'] ?? 4);

/** How long a file may take, in seconds. */
const TIMEOUT_S = 600;

const root = join(import.meta.dirname, '..');
const named = process.argv.slice(2);
const files = (named.length > 0 ? named : ['test']).flatMap((name) =>
  name.endsWith('.ts') ? name : globSync(`${name}/**/*.test.ts`, { cwd: root }).toSorted(),
);

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
