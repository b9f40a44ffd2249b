/** The shop's pages: what browsers load is built anew, which takes less time than to find out whether it must be. */
import { delimiter, join } from 'node:path';
import { runQuietly } from './step.mjs';

/**
 * Builds the pages.
 * @param {string} root the project's directory
 * @throws {Error} when they cannot be built: with what is wrong in them
 */
export function buildPages(root) {
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  const env = { ...process.env, PATH: path };
  runQuietly('node', [join('modules', 'storefront', 'build.ts')], { cwd: root, env });
}
