/** A MongoDB of our own, a replica set of one: how it is started, and how it shows that it serves. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient, MongoServerError, type Db, type Document } from 'mongodb';
import type { EngineProgram } from './engine.ts';

/** How long one question whether it serves may take. Milliseconds. */
const PROBE_BOUND_MS = 1_000;

/** The name of the replica set, which has this one member. */
const REPLICA_SET = 'millrace';

/** The most that its log of operations takes of the disk: no other member reads it. Megabytes. */
const OPLOG_MB = 256;

/**
 * How long a transaction may stay open, which nobody else can write the documents of. It is over in
 * milliseconds unless its process stands still or has died. Seconds; MongoDB's own default is 60.
 */
const TRANSACTION_LIFETIME_S = 10;

/** MongoDB's code for a member of a replica set that has no configuration yet. */
const NOT_YET_INITIALIZED = 94;

/** Says how `mongod` runs on that port with its data under `dataDir/mongodb`. */
export function mongodProgram(command: string, dataDir: string, port: number): EngineProgram {
  return {
    ...memberProgram(command, dataDir, port, REPLICA_SET),
    url: `mongodb://127.0.0.1:${port}/?replicaSet=${REPLICA_SET}`,
    isReady: () => ask(port, (admin) => becomePrimary(admin, `127.0.0.1:${port}`)),
  };
}

/** Says how `mongod` runs as a member of a replica set that somebody else configures. */
export function memberProgram(
  command: string,
  dataDir: string,
  port: number,
  replicaSet: string,
): Omit<EngineProgram, 'url'> {
  const directory = join(dataDir, 'mongodb');
  const logFile = join(dataDir, 'mongodb.log');
  mkdirSync(directory, { recursive: true });
  return {
    name: 'mongodb',
    command,
    args: [
      ['--dbpath', directory],
      // Reached from this machine only, over TCP only (it would put its socket into /tmp).
      ['--bind_ip', '127.0.0.1', '--port', String(port), '--nounixsocket'],
      ['--replSet', replicaSet, '--oplogSize', String(OPLOG_MB)],
      // Appended to: without this option each start leaves one more file behind.
      ['--logpath', logFile, '--logappend', '--quiet'],
      // Its flight recorder would keep up to 200 MB beside the data; under Wine it does not work.
      ['--setParameter', 'diagnosticDataCollectionEnabled=false'],
      ['--setParameter', `transactionLifetimeLimitSeconds=${TRANSACTION_LIFETIME_S}`],
    ].flat(),
    logFile,
    // Clean everywhere; under Wine SIGTERM would end it without a word to its journal.
    stopSignal: 'SIGINT',
    isReady: () => ask(port, async (admin) => (await admin.command({ ping: 1 }))['ok'] === 1),
  };
}

/** Asks past the replica set, which may not be one yet; false where there is no answer. */
async function ask(port: number, question: (admin: Db) => Promise<boolean>): Promise<boolean> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}`, {
    directConnection: true,
    serverSelectionTimeoutMS: PROBE_BOUND_MS,
  });
  try {
    return await question(client.db('admin'));
  } catch {
    return false;
  } finally {
    await client.close();
  }
}

/**
 * Gives whether the server takes writes. One that is no replica set yet, such as the data of an
 * earlier version, is made one. One that was another port's does not find itself in its own
 * configuration: that is forced, since nobody is left to vote on it.
 */
async function becomePrimary(admin: Db, host: string): Promise<boolean> {
  const hello = await admin.command({ hello: 1 });
  if (hello['isWritablePrimary']) return true;
  if (hello['setName']) return false;
  const config = await readConfig(admin);
  if (!config) {
    const members = [{ _id: 0, host }];
    await admin.command({ replSetInitiate: { _id: REPLICA_SET, members } });
  } else if (config['members'][0].host !== host) {
    const moved = { ...config, version: config['version'] + 1, members: [{ _id: 0, host }] };
    await admin.command({ replSetReconfig: moved, force: true });
  }
  return false;
}

async function readConfig(admin: Db): Promise<Document | undefined> {
  try {
    return (await admin.command({ replSetGetConfig: 1 }))['config'];
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NOT_YET_INITIALIZED) return undefined;
    throw error;
  }
}
