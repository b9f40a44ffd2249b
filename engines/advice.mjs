/** The commands that mend a missing engine, or browser, for the platform at hand. */
import { readFileSync } from 'node:fs';

/** @typedef {'redis' | 'mongodb' | 'chromium'} Program */

/** @type {Record<Program, Record<'debian' | 'fedora' | 'alpine' | 'darwin', string[]>>} */
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
  chromium: {
    debian: ['sudo apt-get update', 'sudo apt-get install --no-install-recommends chromium'],
    fedora: ['sudo dnf install chromium'],
    alpine: ['sudo apk add chromium'],
    darwin: ['brew install --cask google-chrome'],
  },
};

/** @type {Record<Program, string[]>} */
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
  chromium: [],
};

/** @type {Record<Program, [get: string, variable: string] | undefined>} */
const BY_HAND = {
  redis: undefined,
  mongodb: [
    'https://www.mongodb.com/docs/manual/administration/install-community/',
    'MONGOD_BINARY=PATH_OF_MONGOD',
  ],
  chromium: ['npx playwright install chromium', 'MILLRACE_TEST_CHROMIUM=PATH_OF_CHROMIUM'],
};

const SET_UP = 'node engines/setup/setup.mjs';

/** @type {Record<Program, string>} */
const NAMES = { redis: 'Redis server', mongodb: 'MongoDB server', chromium: 'Chromium' };

/**
 * The message for a program that cannot be had: what was tried, and the commands that mend it.
 * @param {Program} program
 * @param {readonly string[]} tried what was looked at or attempted, one phrase each
 * @returns {string} several lines
 */
export function missingProgram(program, tried) {
  const family = platformFamily();
  const install = family === undefined ? [] : COMMANDS[program][family];
  const [byHand, variable] = BY_HAND[program] ?? [];
  const set = variable === undefined ? [] : [`export ${variable}`];
  const flags = program === 'chromium' ? ' --browser' : '';
  // The images have no set-up step.
  const setUp = process.env.MILLRACE_SETUP === 'off' ? [] : [SET_UP + flags];
  return [
    `There is no ${NAMES[program]} to run. Tried:`,
    ...tried.map((each) => `  - ${each}`),
    'Any one of these mends it:',
    ...choice('let the set-up step fetch it (online; as root on Debian and Ubuntu)', setUp),
    ...choice('install it', install),
    ...choice(`install it by hand (${byHand}) and name it`, set),
    ...choice('or run one in a container and name it', CONTAINER[program]),
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
