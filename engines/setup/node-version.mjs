/** The Node.js that npm's scripts run on: packages bring it along where they can. */
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** The first version that runs TypeScript without a flag and has all that the host uses. */
const OLDEST = 24;

/**
 * Sees that npm's scripts get a Node.js that is new enough: the one in node_modules, else the system's.
 * @param {string} root the project's directory
 * @throws {Error} with the command that mends it
 */
export function ensureNode(root) {
  if (major(process.version) >= OLDEST) return;
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  const env = { ...process.env, PATH: path };
  const { stdout } = spawnSync('node', ['--version'], { env, encoding: 'utf8' });
  const version = (stdout ?? '').trim();
  if (major(version) >= OLDEST) return;
  const mend =
    process.platform === 'darwin' ? `brew install node@${OLDEST}` : `nvm install ${OLDEST}`;
  throw new Error(
    `Millrace needs Node.js ${OLDEST} or newer, and "node" here is ${version || 'missing'}.\n` +
      `No npm package brings one for ${process.platform} on ${process.arch}. Mend it with:\n` +
      `    ${mend}\nor take an installer from https://nodejs.org/en/download`,
  );
}

/** @param {string} version such as `v24.1.0` */
function major(version) {
  return Number.parseInt(version.replace(/^v/, ''), 10) || 0;
}
