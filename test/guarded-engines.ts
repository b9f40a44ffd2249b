/** Engines of a test's own that ask who you are, and the users of processes in them. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { MongoClient, type Db, type Document } from 'mongodb';
import type { Test } from 'tap';
import { modules as allModules } from '../modules/index.ts';
import { findMongod, findRedis } from '../engines/locate.mjs';
import { access } from '../src/cli/access.ts';
import { memberProgram } from '../engines/mongod.ts';
import { redisProgram } from '../engines/redis.ts';
import { openRedis } from './own-engines.ts';
import { openServers, pathOf, type Server } from './servers.ts';
import { eventually, type TestEnvironment } from './support.ts';

const run = promisify(execFile);
const REPLICA_SET = 'millrace';

/** The password of every user. */
export const PASSWORD = 'p@ss:w/rd';
const IN_URL = encodeURIComponent(PASSWORD);

/** Starts a Redis with further options, which may want a password. */
export function startRedis(t: Test, ...more: string[]): Promise<Server> {
  return openServers(t)('redis', (home, port) => {
    const program = redisProgram(pathOf(findRedis()), home, port);
    // One that wants a password answers nothing else.
    const isReady = async () => /PONG|NOAUTH/.test(await firstAnswer(port));
    return { ...program, args: [...program.args, ...more], isReady };
  });
}

async function firstAnswer(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    return String((await once(socket, 'data'))[0]);
  } catch {
    return '';
  } finally {
    socket.destroy();
  }
}

export interface GuardedMongodb {
  /** Its URL for a user, by name; without one for nobody. */
  url: (user?: string, password?: string) => string;
  /** As the user who may do everything, whose name is `root`. */
  root: MongoClient;
}

/** Starts a MongoDB that wants a login. */
export async function startGuardedMongodb(t: Test): Promise<GuardedMongodb> {
  const { port } = await openServers(t)('mongodb', (home, onPort) => {
    const program = memberProgram(pathOf(findMongod()), home, onPort, REPLICA_SET);
    const keyFile = join(home, 'key');
    // Members of a replica set that asks for logins know each other by it.
    writeFileSync(keyFile, randomBytes(96).toString('base64'), { mode: 0o600 });
    return { ...program, args: [...program.args, '--auth', '--keyFile', keyFile] };
  });
  const address = `127.0.0.1:${port}`;
  // Who comes from the machine itself may do this much while there is no user.
  const first = new MongoClient(`mongodb://${address}`, { directConnection: true });
  t.teardown(() => first.close());
  const admin = first.db('admin');
  await admin.command({
    replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host: address }] },
  });
  await eventually('it is the primary', async () => {
    return Boolean((await admin.command({ hello: 1 }))['isWritablePrimary']);
  });
  await admin.command({ createUser: 'root', pwd: PASSWORD, roles: ['root'] });
  const url = (user?: string, password = PASSWORD): string => {
    const login = user === undefined ? '' : `${user}:${encodeURIComponent(password)}@`;
    return `mongodb://${login}${address}/?replicaSet=${REPLICA_SET}&authSource=admin`;
  };
  const root = await new MongoClient(url('root')).connect();
  t.teardown(() => root.close());
  return { url, root };
}

export interface GuardedEnvironment extends TestEnvironment {
  server: Server;
  /**
   * Makes the users of a process that runs these modules, or all, by the commands that
   * `npm run access` prints. Gives the place as that process sees it.
   */
  grant(...modules: string[]): Promise<TestEnvironment>;
}

/** Starts a Redis and a MongoDB that know nobody but the administrator, who is in the place's URLs. */
export async function openGuardedEnvironment(t: Test): Promise<GuardedEnvironment> {
  const aclFile = join(t.testdir(), 'users.acl');
  writeFileSync(aclFile, `user default on >${PASSWORD} ~* &* +@all\n`);
  const server = await startRedis(t, '--aclfile', aclFile);
  const mongod = await startGuardedMongodb(t);
  const redisUrl = (user: string): string => `redis://${user}:${IN_URL}@127.0.0.1:${server.port}`;
  const [keyPrefix, databasePrefix] = ['shop*1:', 'shop_1_'];
  const environment = {
    REDIS_KEY_PREFIX: keyPrefix,
    MONGODB_DATABASE_PREFIX: databasePrefix,
    SAMPLE_CATALOGUE: 'off',
    RATE_LIMIT_PER_MINUTE: '0',
    PORT: '0',
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
    BUS_CLAIM_IDLE_MS: '1500',
    BUS_SWEEP_EVERY_MS: '100',
    BUS_SWEEP_AFTER_MS: '300',
  };
  const envOf = (redis: string, mongodb: string): TestEnvironment => ({
    redisUrl: redis,
    mongodbUrl: mongodb,
    redis: admin,
    mongodb: mongod.root,
    keyPrefix,
    databasePrefix,
    environment: { ...environment, REDIS_URL: redis, MONGODB_URL: mongodb },
  });
  const admin = openRedis(t, redisUrl('default'));

  return {
    ...envOf(redisUrl('default'), mongod.url('root')),
    server,
    async grant(...names) {
      const printed: string[] = [];
      const print = (text: string) => void printed.push(text);
      const given = { modules: allModules, environment, print, printError: print };
      const status = await access.run(names, given);
      const [forRedis = '', forMongodb = ''] = printed;
      if (status !== 0) throw new Error(forRedis);
      const client = `redis-cli --no-auth-warning -u '${redisUrl('default')}'`;
      const command = forRedis.replace('redis-cli', client).replace('>PASSWORD', `>${PASSWORD}`);
      const { stdout } = await run('sh', ['-c', command]);
      if (stdout !== 'OK\n') throw new Error(stdout);
      await admin.acl('SAVE');
      await runInShell(mongod.root, forMongodb);
      const user = ['millrace', ...names].join('-');
      return envOf(redisUrl(user), mongod.url(user));
    },
  };
}

/** Runs what is meant for `mongosh`, as far as it makes roles and users. */
async function runInShell(client: MongoClient, script: string): Promise<void> {
  const commands: Document[] = [];
  let database: Db | undefined;
  const shell = {
    getSiblingDB: (name: string) => ((database = client.db(name)), shell),
    getRole: () => null,
    getUser: () => null,
    createRole: ({ role, ...contents }: Document) =>
      void commands.push({ createRole: role, ...contents }),
    createUser: ({ user, ...contents }: Document) =>
      void commands.push({ createUser: user, ...contents }),
  };
  runInNewContext(script, { db: shell, passwordPrompt: () => PASSWORD });
  for (const command of commands) await database?.command(command);
}
