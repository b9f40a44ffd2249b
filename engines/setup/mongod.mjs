/** A MongoDB server on this machine: the one that is there, else MongoDB's own build, else Wine. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingProgram } from '../advice.mjs';
import { aptInstall, canInstall } from './apt.mjs';
import { findMongod, mongodCache } from '../locate.mjs';
import { run } from './step.mjs';
import { canRunWine, installWineMongod } from './wine.mjs';

/** The line that runs on the oldest systems still in use; same data format as the one for Wine. */
const VERSION = '7.0.40';

const DOWNLOADER = join(dirname(fileURLToPath(import.meta.url)), 'downloader');

/**
 * Sees that a MongoDB server can be started, and fetches one into the cache where there is none.
 * @param {string} root the project's directory, with its packages installed
 * @throws {Error} what was tried and the commands that mend it
 */
export function ensureMongod(root) {
  const { path, tried } = findMongod();
  if (path !== undefined) return;
  if (process.env.MONGOD_BINARY) throw new Error(missingProgram('mongodb', tried));
  const cache = mongodCache();
  mkdirSync(cache, { recursive: true });
  try {
    return downloadMongod(root, cache);
  } catch (error) {
    tried.push(`MongoDB's own build: ${message(error)}`);
  }
  if (!canRunWine())
    tried.push("MongoDB's Windows build under Wine (needs Debian on x64, and root)");
  else {
    try {
      return installWineMongod(cache);
    } catch (error) {
      tried.push(`MongoDB's Windows build under Wine: ${message(error)}`);
    }
  }
  throw new Error(missingProgram('mongodb', tried));
}

/**
 * The downloader is a package of its own, with a lock file that pins what it stands on: it is installed
 * for this one time, and nothing else of Millrace needs it.
 * @param {string} root
 * @param {string} cache
 */
function downloadMongod(root, cache) {
  // Inside the cache: so that the rename below stays on one file system.
  const temporary = mkdtempSync(join(cache, 'arriving-'));
  const arriving = join(temporary, 'mongod');
  const env = {
    ...process.env,
    PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`,
    // The downloader takes any certificate unless npm's own setting says otherwise.
    npm_config_strict_ssl: 'true',
    MONGOMS_SYSTEM_BINARY: '',
  };
  try {
    for (const file of readdirSync(DOWNLOADER))
      copyFileSync(join(DOWNLOADER, file), join(temporary, file));
    const install = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
    run("what knows MongoDB's builds", 'npm', install, { cwd: temporary });
    const args = ['download.mjs', VERSION, join(temporary, 'download'), arriving];
    run(`MongoDB ${VERSION}`, 'node', args, { cwd: temporary, env, show: true });
    if (!runs(arriving) && canInstall()) aptInstall("mongod's libraries", ['libcurl4']);
    if (!runs(arriving)) throw new Error('the downloaded mongod does not run on this system');
    rmSync(join(cache, 'mongod.exe'), { force: true });
    renameSync(arriving, join(cache, 'mongod'));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** @param {string} mongod */
function runs(mongod) {
  return spawnSync(mongod, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** @param {unknown} error */
function message(error) {
  return error instanceof Error ? error.message : String(error);
}
