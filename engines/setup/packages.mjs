/** The npm packages: whether node_modules fits package-lock.json, and `npm ci` where it does not. */
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './step.mjs';

/**
 * @typedef {{ version?: string, integrity?: string, dev?: boolean, optional?: boolean,
 *   devOptional?: boolean }} Package
 * @typedef {Readonly<Record<string, Package>>} Packages by their folder, `node_modules/...`
 */

/**
 * Installs the npm packages, unless they are there.
 * @param {string} root the project's directory
 * @throws {Error} when `npm ci` fails
 */
export function ensurePackages(root) {
  const locked = readLock(join(root, 'package-lock.json'));
  const installed = readLock(join(root, 'node_modules', '.package-lock.json'));
  if (locked !== undefined && installed !== undefined) {
    if (packagesFit(locked, installed, omitsDev())) return;
  }
  // npm ci deletes node_modules first: npm must not run on the node that lies in there.
  const own = join(root, 'node_modules', '.bin');
  const path = (process.env.PATH ?? '').split(delimiter).filter((directory) => directory !== own);
  const env = { ...process.env, PATH: path.join(delimiter) };
  run('npm packages', 'npm', ['ci'], { cwd: root, env });
}

/**
 * Whether what npm wrote down as installed is what the lock file asks for.
 * @param {Packages} locked package-lock.json
 * @param {Packages} installed node_modules/.package-lock.json
 * @param {boolean} withoutDev development packages may be absent
 */
export function packagesFit(locked, installed, withoutDev) {
  return Object.entries(locked).every(([folder, wanted]) => {
    if (folder === '') return true;
    const present = installed[folder];
    // Optional ones are for other platforms, mostly; npm has left out those that do not fit.
    if (present === undefined) return isOptional(wanted) || (withoutDev && wanted.dev === true);
    return present.version === wanted.version && present.integrity === wanted.integrity;
  });
}

/** @param {Package} each */
function isOptional(each) {
  return each.optional === true || each.devOptional === true;
}

function omitsDev() {
  const omit = process.env.npm_config_omit ?? '';
  return omit.includes('dev') || (omit === '' && process.env.NODE_ENV === 'production');
}

/**
 * @param {string} file
 * @returns {Packages | undefined} undefined where there is no such file
 */
function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
