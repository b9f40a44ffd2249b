/** A real MongoDB replica set of a test's own, whose primary may be made to step down, killed, or hindered. */
import { MongoClient } from 'mongodb';
import type { Test } from 'tap';
import { findMongod } from '../engines/locate.mjs';
import { memberProgram } from '../engines/mongod.ts';
import { openServers, pathOf, type Server } from './servers.ts';
import { eventually } from './support.ts';

const NAME = 'millrace';

export interface ReplicaSet {
  url: string;
  /** Makes the primary a secondary; the others elect another. */
  stepDown(): Promise<void>;
  /** Kills the primary, as `kill -9` does; it is started again as a member. */
  killPrimary(): Promise<void>;
  client: MongoClient;
}

/**
 * Starts a replica set that has a primary; it ends with the test. With three members, one may be away;
 * `args` are further options of each.
 */
export async function openReplicaSet(
  t: Test,
  { members: count = 3, args = [] }: { members?: number; args?: readonly string[] } = {},
): Promise<ReplicaSet> {
  const start = openServers(t);
  const path = pathOf(findMongod());
  /** Each member by its address. */
  const members = new Map<string, Server>();
  await Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const member = await start(`member-${number}`, (home, port) => {
        const program = memberProgram(path, home, port, NAME);
        return { ...program, args: [...program.args, ...args] };
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
    client,
    async stepDown() {
      await client.db('admin').command({ replSetStepDown: 60, secondaryCatchUpPeriodSecs: 10 });
    },
    async killPrimary() {
      members.get(await primary())!.signal('SIGKILL');
    },
  };
}

/** A program as it runs without a replica set. */
export function standalone<Program extends { args: readonly string[] }>(program: Program): Program {
  const { args } = program;
  const isReplSet = (i: number) => args[i] === '--replSet' || args[i - 1] === '--replSet';
  return { ...program, args: args.filter((_, i) => !isReplSet(i)) };
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
