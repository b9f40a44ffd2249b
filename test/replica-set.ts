/** A real MongoDB replica set of a test's own, whose primary may be made to step down, or killed. */
import { MongoClient } from 'mongodb';
import type { Test } from 'tap';
import { findMongod } from '../setup/locate.mjs';
import { mongodProgram } from '../src/engines/mongod.ts';
import { openServers, pathOf, type Server } from './servers.ts';
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
  const start = openServers(t);
  const path = pathOf(findMongod());
  /** Each member by its address. */
  const members = new Map<string, Server>();
  await Promise.all(
    Array.from({ length: MEMBERS }, async (_, number) => {
      const member = await start(`member-${number}`, (home, port) => {
        const program = mongodProgram(path, home, port);
        return { ...program, args: [...program.args, '--replSet', NAME] };
      });
      members.set(`127.0.0.1:${member.port}`, member);
    }),
  );
  const hosts = [...members.keys()];
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
      members.get(await primary())!.signal('SIGKILL');
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
