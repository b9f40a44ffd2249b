/** One step of the set-up: a line when it begins, a line when it ends, its output only if it fails. */
import { spawnSync } from 'node:child_process';

/** How many of a failed command's last lines its error shows. */
const TAIL_LINES = 15;

/** Output beyond this ends a command; far above what npm or apt print. Bytes. */
const MAX_OUTPUT = 64 * 1024 * 1024;

/** @typedef {{ cwd?: string, env?: import('../locate.mjs').Env }} Options */

/**
 * Prints one line of progress on standard error, so that standard output stays the program's own.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`setup: ${line}\n`);
}

/**
 * Runs one command to its end, and says when it begins and ends.
 * @param {string} what what the step is for, as its line of progress says it
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Options & { show?: boolean }} [options] `show`: the command's own output is its progress and goes to
 *   standard error as it comes
 * @throws {Error} when the command fails: with its last lines of output
 */
export function run(what, command, args, options = {}) {
  say(`${what}: ${[command, ...args].join(' ')}`);
  const started = Date.now();
  const took = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  try {
    runQuietly(command, args, options);
  } catch (error) {
    say(`${what}: failed after ${took()}`);
    throw error;
  }
  say(`${what}: done in ${took()}`);
}

/**
 * Runs one command to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Options & { show?: boolean }} [options] as above
 * @throws {Error} when the command fails: with its last lines of output
 */
export function runQuietly(command, args, { cwd, env = process.env, show = false } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT,
    stdio: show ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'],
  });
  if (result.status === 0) return;
  const end = result.error?.message ?? result.signal ?? `status ${result.status}`;
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`.trimEnd().split('\n');
  const line = [command, ...args].join(' ');
  throw new Error([`${line} failed (${end})`, ...output.slice(-TAIL_LINES)].join('\n').trimEnd());
}
