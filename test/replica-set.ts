/** A real MongoDB replica set of a test's own, whose primary may be made to step down, or killed. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import type { Test } from 'tap';
import { findMongod } from '../setup/locate.mjs';
import { startChild } from '../src/engines/child.ts';
import { mongodProgram } from '../src/engines/mongod.ts';
import { freePort } from '../src/engines/port.ts';
import { eventually } from './support.ts';

const NAME = 'millrace';
/** With three, one may be away. */
const MEMBERS = 3;

export interface ReplicaSet {
  url: string;
  /** Makes the primary a secondary; the others elect another. */
  stepDown(): Promise<void>;
  /** Kills the primary, as `kill -9` does; it is started again as a member. */
  killPrimary(): Promise<void>;
}

/** Starts a replica set that has a primary; it ends with the test. */
export async function openReplicaSet(t: Test): Promise<ReplicaSet> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-replica-set-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const { path, tried } = findMongod();
  if (!path) throw new Error(`no mongod among ${tried.join(', ')}`);
  /** The process of each member, by its address. */
  const pids = new Map<string, number>();
  const start = async (number: number): Promise<string> => {
    const port = await freePort();
    const host = `127.0.0.1:${port}`;
    const home = join(directory, String(number));
    mkdirSync(home);
    const program = mongodProgram(path, home, port);
    const member = await startChild({
      ...program,
      args: [...program.args, '--replSet', NAME],
      log: pino({ level: 'silent' }),
      onSpawn: (pid) => void pids.set(host, pid),
      onReady: () => undefined,
    });
    t.teardown(() => member.stop());
    return host;
  };
  const hosts = await Promise.all(Array.from({ length: MEMBERS }, (_, number) => start(number)));
  await initiate(hosts);

  const url = `mongodb://${hosts.join()}/?replicaSet=${NAME}`;
  const client = new MongoClient(url);
  t.teardown(() => client.close());
  const primary = (): Promise<string> =>
    eventually('the replica set has a primary', async () => {
      const hello = await client.db('admin').command({ hello: 1 });
      return typeof hello['primary'] === 'string' && hello['primary'];
    });
  await primary();
  return {
    url,
    async stepDown() {
      await client.db('admin').command({ replSetStepDown: 60, secondaryCatchUpPeriodSecs: 10 });
    },
    async killPrimary() {
      process.kill(pids.get(await primary())!, 'SIGKILL');
    },
  };
}

async function initiate(hosts: readonly string[]): Promise<void> {
  const first = await MongoClient.connect(`mongodb://${hosts[0]}`, { directConnection: true });
  try {
    await first.db('admin').command({
      replSetInitiate: {
        _id: NAME,
        members: hosts.map((host, _id) => ({ _id, host })),
        settings: { electionTimeoutMillis: 1000, heartbeatIntervalMillis: 200 },
      },
    });
  } finally {
    await first.close();
  }
}
