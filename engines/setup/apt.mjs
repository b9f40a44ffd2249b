/** Debian's packages, where we may install them. */
import { isDebian } from '../advice.mjs';
import { onPath } from '../locate.mjs';
import { run } from './step.mjs';

/** Whether packages can be installed without asking: Debian or Ubuntu, as root. */
export function canInstall() {
  return isDebian() && process.getuid?.() === 0 && onPath('apt-get') !== undefined;
}

/**
 * Installs Debian packages and nothing that they merely recommend.
 * @param {string} what what they are for, as the line of progress says it
 * @param {readonly string[]} packages
 * @throws {Error} when apt-get fails: with its last lines
 */
export function aptInstall(what, packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Another apt at work, such as unattended upgrades, is waited for. Seconds.
  const wait = ['-o', 'DPkg::Lock::Timeout=120'];
  run(`${what}, list of packages`, 'apt-get', ['update', ...wait], { env });
  const install = ['install', '-y', '--no-install-recommends', ...wait, ...packages];
  run(what, 'apt-get', install, { env });
}
