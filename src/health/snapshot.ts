/** One look at everything that runs: the processes, the modules, the streams and their groups, each judged. */
import { hostname } from 'node:os';
import { Type, type Static } from 'typebox';
import { isStale, type Bus } from '../bus/index.ts';
import type { Module } from '../module/module.ts';
import type { Heartbeat, ServiceRegistry } from '../registry/registry.ts';
import { HEALTHS, type Facts, type Judgement } from './facts.ts';
import type { KnownModule, ProcessFacts } from './facts.ts';
import { judgeGroup, judgeModule } from './judge.ts';
import { createRates, type RateOf } from './rates.ts';
import { Nullable } from '../http/nullable.ts';

const judgement = {
  health: Type.Enum([...HEALTHS], {
    description:
      'ok; slow: entries wait too long, or a process says what fails; paused; stopped: nobody runs or reads it; abandoned: nobody will; absent: nobody has run it within the last day',
  }),
  advice: Nullable(Type.String({ description: 'What to do about it' })),
};
const perSecond = Type.Number({ description: 'Since the last look, to a tenth' });

const InstanceSnapshot = Type.Object({
  id: Type.String(),
  url: Type.String({ description: 'Empty where it does not listen' }),
  version: Nullable(Type.String({ description: 'Unknown of older ones' })),
  startedAt: Nullable(Type.Integer({ description: 'ms since the epoch' })),
  failing: Type.Array(Type.String(), { description: 'What does not work there' }),
});

export const ModuleSnapshot = Type.Object({
  module: Type.String(),
  ...judgement,
  listens: Type.Array(Type.String(), { description: 'The streams that it reads' }),
  writes: Nullable(Type.String({ description: 'The stream that it writes' })),
  lastSeenAt: Nullable(
    Type.Integer({ description: 'Where no process runs it: when one did, in ms since the epoch' }),
  ),
  instances: Type.Array(InstanceSnapshot, { description: 'The processes that run it' }),
});

export const GroupSnapshot = Type.Object({
  group: Type.String(),
  ...judgement,
  lag: Nullable(Type.Integer({ description: 'Entries that the group has not been given yet' })),
  pending: Type.Integer({ description: 'Entries given out and not acknowledged' }),
  oldestUnacknowledgedMs: Nullable(Type.Integer({ description: 'Its age, in ms' })),
  consumers: Type.Integer(),
  deadLetters: Type.Integer(),
  perSecond,
  stale: Type.Boolean({
    description: 'Nobody has read it for long; it keeps the stream from being trimmed',
  }),
});

export const StreamSnapshot = Type.Object({
  stream: Type.String(),
  length: Type.Integer(),
  lastId: Type.String(),
  perSecond,
  groups: Type.Array(GroupSnapshot),
});

export const Snapshot = Type.Object({
  at: Type.Integer({ description: 'ms since the epoch, by the clock of Redis' }),
  modules: Type.Array(ModuleSnapshot),
  streams: Type.Array(StreamSnapshot),
});
export type Snapshot = Static<typeof Snapshot>;
export type GroupSnapshot = Static<typeof GroupSnapshot>;
export type ModuleSnapshot = Static<typeof ModuleSnapshot>;
export type StreamSnapshot = Static<typeof StreamSnapshot>;

/** What a snapshot is taken of. */
export interface SnapshotSource {
  bus: Bus;
  registry: Pick<ServiceRegistry, 'id' | 'processes'>;
  /** What this process is, whether it is registered or not, and what does not work in it. */
  self: { modules: readonly string[]; version: string; startedAt: number };
  troubles: () => readonly string[];
  /** All modules, wherever they run. */
  known: readonly Module[];
  limits: Pick<Facts, 'slowMs' | 'abandonedMs' | 'keyPrefix'>;
}

/** Makes what looks; rates are those since its last look. It rejects where Redis does not answer. */
export function createSnapshots(source: SnapshotSource): () => Promise<Snapshot> {
  const { bus, registry } = source;
  const modules = source.known.map(toKnown);
  const rates = createRates();
  return async () => {
    const [{ at, heartbeats, modules: heardAt }, streams] = await Promise.all([
      registry.processes(),
      Promise.all(bus.allStreams().map((stream) => readStream(bus, stream))),
    ]);
    const url = heartbeats.find(({ instance }) => instance.id === registry.id)?.instance.url ?? '';
    const others = heartbeats.filter(({ instance }) => instance.id !== registry.id);
    const processes = [ownProcess(source, url, at), ...others.map((one) => toProcess(one, at))];
    const facts: Facts = { modules, processes, heardAt, ...source.limits };
    const rateOf = rates(at);
    const judged = streams.map((stream) => describeStream(stream, { at, facts, rateOf }));
    const named = new Set([
      ...modules.map(({ name }) => name),
      ...processes.flatMap((one) => one.modules),
    ]);
    return {
      at,
      modules: [...named].map((name) => describeModule(name, facts, judged)),
      streams: judged,
    };
  };
}

function toKnown({ name, listens = [], stream }: Module): KnownModule {
  return {
    name,
    listens: [...new Set(listens.map((contract) => contract.stream))],
    writes: stream ?? null,
  };
}

/** This process: that it runs needs no heartbeat. */
function ownProcess(
  { registry, self, troubles }: SnapshotSource,
  url: string,
  heardAt: number,
): ProcessFacts {
  const { pid } = process;
  return {
    ...self,
    id: registry.id,
    url,
    failing: troubles(),
    host: hostname(),
    pid,
    heardAt,
    stopped: false,
  };
}

/** What a process says of itself, as it was heard at a time in ms since the epoch. */
export function toProcess({ instance, ageMs, stopped }: Heartbeat, at: number): ProcessFacts {
  const { id, url, modules, version, startedAt, host, pid, failing = [] } = instance;
  return {
    id,
    url,
    modules,
    failing,
    stopped,
    heardAt: at - ageMs,
    version: version ?? null,
    startedAt: startedAt ?? null,
    host: host ?? null,
    pid: pid ?? null,
  };
}

type Read = Awaited<ReturnType<typeof readStream>>;

async function readStream(bus: Bus, stream: string) {
  const info = await bus.inspect(stream);
  const counted = (info?.groups ?? []).map(async (group) => ({
    ...group,
    deadLetters: await bus.deadLetters(stream, group.group).count(),
  }));
  const { length = 0, lastId = '0-0', added = 0 } = info ?? {};
  return { stream, length, lastId, added, groups: await Promise.all(counted) };
}

function describeStream(
  { stream, length, lastId, added, groups }: Read,
  { at, facts, rateOf }: { at: number; facts: Facts; rateOf: RateOf },
): StreamSnapshot {
  return {
    stream,
    length,
    lastId,
    perSecond: rateOf(stream, added),
    groups: groups.map((info) => {
      const { group, consumers, lag, pending, silentMs, deadLetters } = info;
      const oldestAt = info.oldestUnacknowledgedAt;
      const waitingMs = oldestAt === null ? null : Math.max(0, at - oldestAt);
      const isPaused = info.pausedAt !== null;
      const found = { stream, group, consumers, isPaused, lag, pending, waitingMs, silentMs };
      return {
        group,
        ...judgeGroup(found, facts),
        lag,
        pending,
        oldestUnacknowledgedMs: waitingMs,
        consumers,
        deadLetters,
        perSecond: rateOf(`${stream} ${group}`, info.acknowledged),
        stale: isStale(info, facts.abandonedMs),
      };
    }),
  };
}

function describeModule(
  name: string,
  facts: Facts,
  judged: readonly StreamSnapshot[],
): ModuleSnapshot {
  const { listens = [], writes = null } = facts.modules.find((one) => one.name === name) ?? {};
  const groups: Judgement[] = judged.flatMap((stream) =>
    stream.groups.filter(({ group }) => group === name),
  );
  const running = facts.processes.filter(
    ({ modules, stopped }) => !stopped && modules.includes(name),
  );
  const { health, advice } = judgeModule(name, groups, facts);
  return {
    module: name,
    health,
    advice,
    listens: [...listens],
    writes,
    lastSeenAt: running.length > 0 ? null : (facts.heardAt.get(name) ?? null),
    instances: running.map(({ id, url, version, startedAt, failing }) => ({
      id,
      url,
      version,
      startedAt,
      failing: [...failing],
    })),
  };
}
