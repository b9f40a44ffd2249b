/** A Redis server on this machine: the one that is there, else Debian's. */
import { missingProgram } from '../advice.mjs';
import { aptInstall, canInstall } from './apt.mjs';
import { findRedis } from '../locate.mjs';

/**
 * Sees that a Redis server can be started.
 * @throws {Error} what was tried and the commands that mend it
 */
export function ensureRedis() {
  const { path, tried } = findRedis();
  if (path !== undefined) return;
  if (!canInstall()) {
    throw new Error(
      missingProgram('redis', [...tried, 'apt-get (needs Debian or Ubuntu, and root)']),
    );
  }
  try {
    aptInstall('Redis', ['redis-server']);
  } catch (error) {
    // Where the package's own service cannot start (port taken, no init), apt-get fails although
    // the program is there; Millrace starts its own and never needs that service.
    if (findRedis().path !== undefined) return;
    throw new Error(missingProgram('redis', [...tried, String(error)]), { cause: error });
  }
}
