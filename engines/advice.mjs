/** The commands that mend a missing engine, for the platform at hand. */
import { readFileSync } from 'node:fs';

/** @typedef {'redis' | 'mongodb'} Engine */

/** @type {Record<Engine, Record<'debian' | 'fedora' | 'alpine' | 'darwin', string[]>>} */
const COMMANDS = {
  redis: {
    debian: ['sudo apt-get update', 'sudo apt-get install --no-install-recommends redis-server'],
    fedora: ['sudo dnf install valkey'],
    alpine: ['sudo apk add redis'],
    darwin: ['brew install redis'],
  },
  mongodb: {
    debian: [],
    fedora: [],
    alpine: [],
    darwin: ['brew tap mongodb/brew', 'brew install mongodb-community@8.0'],
  },
};

/** @type {Record<Engine, string[]>} */
const CONTAINER = {
  redis: [
    'docker run -d -p 127.0.0.1:6379:6379 redis:8 --appendonly yes',
    'export REDIS_URL=redis://127.0.0.1:6379',
  ],
  mongodb: [
    'docker run -d --name millrace-mongodb -p 127.0.0.1:27017:27017 mongo:8.0 --replSet millrace',
    // Without a host it would call itself by its name within the container.
    `docker exec millrace-mongodb mongosh --eval 'rs.initiate({_id:"millrace",members:[{_id:0,host:"127.0.0.1:27017"}]})'`,
    'export MONGODB_URL=mongodb://127.0.0.1:27017',
  ],
};

const SET_UP = 'node engines/setup/setup.mjs';

/** @type {Record<Engine, string>} */
const NAMES = { redis: 'Redis server', mongodb: 'MongoDB server' };

/**
 * The message for an engine that cannot be had: what was tried, and the commands that mend it.
 * @param {Engine} engine
 * @param {readonly string[]} tried what was looked at or attempted, one phrase each
 * @returns {string} several lines
 */
export function missingEngine(engine, tried) {
  const family = platformFamily();
  const install = family === undefined ? [] : COMMANDS[engine][family];
  const manual = 'https://www.mongodb.com/docs/manual/administration/install-community/';
  const set = engine === 'mongodb' ? ['export MONGOD_BINARY=PATH_OF_MONGOD'] : [];
  // The images have no set-up step.
  const setUp = process.env.MILLRACE_SETUP === 'off' ? [] : [SET_UP];
  return [
    `There is no ${NAMES[engine]} to run. Tried:`,
    ...tried.map((each) => `  - ${each}`),
    'Any one of these mends it:',
    ...choice('let the set-up step fetch it (online; as root on Debian and Ubuntu)', setUp),
    ...choice('install it', install),
    ...choice(`install it by hand (${manual}) and name it`, set),
    ...choice('or run one in a container and name it', CONTAINER[engine]),
  ].join('\n');
}

/**
 * Whether this is Debian or one of its children, Ubuntu among them.
 * @returns {boolean}
 */
export function isDebian() {
  return platformFamily() === 'debian';
}

/**
 * @param {string} what
 * @param {readonly string[]} commands
 */
function choice(what, commands) {
  return commands.length === 0 ? [] : [`  ${what}:`, ...commands.map((each) => `    ${each}`)];
}

/** @returns {'debian' | 'fedora' | 'alpine' | 'darwin' | undefined} */
function platformFamily() {
  if (process.platform === 'darwin') return 'darwin';
  if (process.platform !== 'linux') return undefined;
  const ids = osRelease();
  if (/\b(debian|ubuntu)\b/.test(ids)) return 'debian';
  if (/\b(fedora|rhel|centos)\b/.test(ids)) return 'fedora';
  return /\balpine\b/.test(ids) ? 'alpine' : undefined;
}

function osRelease() {
  try {
    const lines = readFileSync('/etc/os-release', 'utf8').split('\n');
    return lines.filter((line) => /^ID(_LIKE)?=/.test(line)).join(' ');
  } catch {
    return '';
  }
}
