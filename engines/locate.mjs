/** Where a Redis, a MongoDB server and a Chromium are found on this machine: the one answer for all who look. */
import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * @typedef {Readonly<Record<string, string | undefined>>} Env
 * @typedef {{ path: string | undefined, tried: string[] }} Located the program (undefined: there is
 *   none) and every place that was looked at, in words for a message
 */

/** Ubuntu's `chromium-browser` only says that there is a snap: it comes last. */
const CHROMIUMS = ['chromium', 'google-chrome', 'chromium-browser'];
const CHROME_APP = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/**
 * Finds a Redis server: `redis-server`, or its fork `valkey-server`, on PATH.
 * @param {Env} [env] the environment whose PATH counts
 * @returns {Located}
 */
export function findRedis(env = process.env) {
  const path = onPath('redis-server', env) ?? onPath('valkey-server', env);
  return { path, tried: ['redis-server and valkey-server on PATH'] };
}

/**
 * Finds a MongoDB server: MONGOD_BINARY, else `mongod` on PATH, else what an earlier set-up cached.
 * A MONGOD_BINARY that is no program is an answer too: nothing else is taken in its place.
 * @param {Env} [env] the environment whose MONGOD_BINARY, PATH, XDG_CACHE_HOME and HOME count
 * @returns {Located}
 */
export function findMongod(env = process.env) {
  if (env.MONGOD_BINARY) {
    const path = isProgram(env.MONGOD_BINARY) ? env.MONGOD_BINARY : undefined;
    return { path, tried: [`MONGOD_BINARY=${env.MONGOD_BINARY} (not a program)`] };
  }
  const tried = ['mongod on PATH', join(mongodCache(env), 'mongod')];
  return { path: onPath('mongod', env) ?? cachedMongod(env), tried };
}

/**
 * Finds a Chromium for the tests: MILLRACE_TEST_CHROMIUM, else one on PATH, else the Chrome of macOS.
 * A MILLRACE_TEST_CHROMIUM that is no program is an answer too: nothing else is taken in its place.
 * @param {Env} [env] the environment whose MILLRACE_TEST_CHROMIUM and PATH count
 * @returns {Located}
 */
export function findChromium(env = process.env) {
  const named = env.MILLRACE_TEST_CHROMIUM;
  if (named) {
    const path = isProgram(named) ? named : undefined;
    return { path, tried: [`MILLRACE_TEST_CHROMIUM=${named} (not a program)`] };
  }
  const path = CHROMIUMS.map((name) => onPath(name, env)).find((each) => each !== undefined);
  const tried = [`${CHROMIUMS.join(', ')} on PATH`];
  if (path !== undefined || process.platform !== 'darwin') return { path, tried };
  return { path: isProgram(CHROME_APP) ? CHROME_APP : undefined, tried: [...tried, CHROME_APP] };
}

/**
 * The directory in which the set-up keeps the mongod that it fetched.
 * @param {Env} [env]
 */
export function mongodCache(env = process.env) {
  const cache = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  return join(cache, 'millrace', 'mongod');
}

/**
 * Finds a program by its name.
 * @param {string} name
 * @param {Env} [env] the environment whose PATH counts
 * @returns {string | undefined} its full path
 */
export function onPath(name, env = process.env) {
  const directories = (env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  return directories.map((directory) => join(directory, name)).find(isProgram);
}

/** @param {Env} env */
function cachedMongod(env) {
  const path = join(mongodCache(env), 'mongod');
  if (!isProgram(path)) return undefined;
  // Beside a mongod.exe the cached program is only a launcher, worth nothing once Wine is gone.
  return isFile(`${path}.exe`) && !onPath('wine', env) ? undefined : path;
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return isFile(path);
  } catch {
    return false;
  }
}

/** @param {string} path */
function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
