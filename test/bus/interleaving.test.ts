/**
 * Processes that share a group, each of which stands still or dies between any two operations on Redis and
 * on the store: whatever they do to each other, no entry is lost, none becomes two dead letters, none is
 * acknowledged before its effect is stored, and none that a group still needs is trimmed.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { test, type Test } from 'tap';
import { compareIds, each, on } from '../../src/bus/index.ts';
import { createRandom, type Random } from '../faults/random.ts';
import { openOwnEngines, openRedis } from '../own-engines.ts';
import { eventually } from '../support.ts';
import { openFaultyProcess, type FaultyProcess } from './faulty-process.ts';
import { happened, STREAM, type Happened } from './kit.ts';

const ROUNDS = 6;
const PROCESSES = 3;
const ENTRIES = 100;
const KEYS = 8;
/** Entries in a node of a stream, so few that a short stream is trimmed: whole nodes go. */
const NODE_ENTRIES = 4;
const GROUPS = ['one', 'two'];
/** Of a hundred entries so many can never be handled. */
const POISON = 6;
/** Of a hundred calls of a handler so many fail. */
const FAILURES = 10;
const CLAIM_IDLE_MS = 250;
/** How long faults go on when all is appended, in ms: several claims of what the dead had. */
const FAULTS_MS = 4 * CLAIM_IDLE_MS;

const OPTIONS = {
  readBatch: 10,
  handlerBatch: 4,
  blockMs: 30,
  readGraceMs: 100,
  claimIdleMs: CLAIM_IDLE_MS,
  maxDeliveries: 4,
  retryMinMs: 1,
  retryMaxMs: 10,
  housekeepEveryMs: 5,
  drainMs: 50,
};

interface Round {
  redis: Redis;
  redisUrl: string;
  keyPrefix: string;
  key: string;
  /** The store of the handlers: a hash that counts how often an entry was handled for a group. */
  store: Redis;
  effects: string;
  random: Random;
  /** What must never be, as it was seen. */
  violations: string[];
  poison: Set<number>;
  faulty: boolean;
}

const effectOf = (group: string, entryId: string): string => `${group} ${entryId}`;

/** Before an entry is acknowledged its effect must be there. */
async function checkAcknowledgement(
  { store, effects, violations }: Round,
  [, group, ...ids]: readonly string[],
): Promise<void> {
  const wanted = ids.map((id) => effectOf(group!, id));
  const stored = await store.hmget(effects, ...wanted);
  if (stored.includes(null)) violations.push('an entry was acknowledged before it was stored');
}

/** What some group has not been given yet or has not acknowledged must be in the stream. */
async function checkTrimming(round: Round, appended: readonly string[]): Promise<void> {
  const { redis, key, violations } = round;
  // More may be appended until the answer is here.
  const before = [...appended];
  const results = await redis
    .multi()
    .xrange(key, '-', '+')
    .xinfo('GROUPS', key)
    .xpending(key, GROUPS[0]!, '-', '+', 1000)
    .xpending(key, GROUPS[1]!, '-', '+', 1000)
    .exec();
  const [entries, groups, ...pending] = (results ?? []).map(([, reply]) => reply) as [
    [string][],
    unknown[][],
    ...[string][][],
  ];
  const there = new Set(entries.map(([id]) => id));
  const lastGiven = groups.map((group) => String(group[group.indexOf('last-delivered-id') + 1]));
  const needed = new Set(pending.flat().map(([id]) => id));
  for (const id of before) if (lastGiven.some((last) => compareIds(id, last) > 0)) needed.add(id);
  for (const id of needed) if (!there.has(id)) violations.push(`${id} was trimmed`);
}

async function openProcess(round: Round, died: () => void): Promise<FaultyProcess> {
  const { store, effects, redisUrl, keyPrefix, poison } = round;
  const random = round.random.fork();
  const process = await openFaultyProcess({
    redisUrl,
    keyPrefix,
    options: OPTIONS,
    random,
    faulty: () => round.faulty,
    standstillMs: 2 * CLAIM_IDLE_MS,
    died,
    async sending(command, args) {
      if (command === 'xack') await checkAcknowledgement(round, args as string[]);
    },
  });
  const { bus } = process;
  for (const group of GROUPS) {
    const handle = each<typeof happened>(async ({ entryId, data }: Happened) => {
      if (poison.has(data.n)) throw new Error('it can never be handled');
      if (random.next() * 100 < FAILURES) throw new Error('not now');
      await process.operate(() => store.hincrby(effects, effectOf(group, entryId), 1));
    });
    bus.subscribe(group, [on(happened, handle)]);
  }
  bus.maintain(STREAM, { maxLength: 0, maxAgeMs: 1 }, async () => undefined);
  return process;
}

/** Keeps so many processes alive until told to end; gives how many died. */
function keepAlive(round: Round) {
  const all: FaultyProcess[] = [];
  let deaths = 0;
  let ending = false;
  const starting = new Set<Promise<void>>();

  function start(): void {
    const started = openAndStart().finally(() => starting.delete(started));
    starting.add(started);
  }

  async function openAndStart(): Promise<void> {
    const process = await openProcess(round, () => {
      deaths += 1;
      if (!ending) start();
    });
    all.push(process);
    // One that dies while it starts is started again as another.
    await process.bus.start().catch(() => undefined);
  }

  for (let i = 0; i < PROCESSES; i += 1) start();
  return {
    async end(): Promise<number> {
      ending = true;
      await Promise.all(starting);
      await Promise.all(all.map((process) => process.end()));
      return deaths;
    },
  };
}

/** Appends the entries of a round, whose faults end some time after the last. */
async function append(round: Round, appended: string[]): Promise<void> {
  const { redis, key, random } = round;
  for (let n = 0; n < ENTRIES; n += 1) {
    const fields = happened.create({ k: `k${random.between(1, KEYS)}`, n });
    appended.push((await redis.xadd(key, '*', ...Object.entries(fields).flat()))!);
    if (n % 10 === 0) await pause(random.between(1, 30));
  }
  await pause(FAULTS_MS);
  round.faulty = false;
}

/** The dead letters of a group, by the ids that their entries had. */
async function lettersOf({ redis, keyPrefix }: Round, group: string): Promise<string[]> {
  const key = `{${keyPrefix}${STREAM}}:dead:${group}`;
  const letters = await redis.xrange(key, '-', '+');
  return letters.map(([, fields]) => fields[fields.indexOf('originId') + 1]!);
}

async function checkRound(t: Test, round: Round, appended: readonly string[]): Promise<void> {
  const { store, effects, violations, poison } = round;
  t.same(violations, [], 'nothing happened that must never be');
  for (const group of GROUPS) {
    const letters = await lettersOf(round, group);
    const stored = new Set(await store.hkeys(effects));
    t.equal(new Set(letters).size, letters.length, 'an entry becomes one dead letter at most');
    const lost = appended.filter((id) => !letters.includes(id) && !stored.has(effectOf(group, id)));
    t.same(lost, [], 'no entry is lost');
    const poisoned = appended.filter((_, n) => poison.has(n));
    t.same(
      poisoned.filter((id) => !letters.includes(id)),
      [],
      'what can never be handled is a dead letter',
    );
  }
}

test('no entry is lost, given up twice, acknowledged too early or trimmed too early', async (t) => {
  const engines = await openOwnEngines(t, { mongodbUrl: 'mongodb://none' });
  const redis = openRedis(t, engines.redisUrl);
  await redis.config('SET', 'stream-node-max-entries', NODE_ENTRIES);
  const store = openRedis(t, engines.redisUrl);
  let deaths = 0;
  let trimmed = 0;
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    await t.test(`seed ${seed}`, async (sub) => {
      const random = createRandom(seed);
      const keyPrefix = `round-${seed}:`;
      const poison = new Set(
        Array.from({ length: ENTRIES }, (_, n) => n).filter(() => random.next() * 100 < POISON),
      );
      const key = keyPrefix + STREAM;
      const round: Round = {
        redis,
        redisUrl: engines.redisUrl,
        keyPrefix,
        key,
        store,
        effects: `${keyPrefix}effects`,
        random,
        poison,
        violations: [],
        faulty: true,
      };
      for (const group of GROUPS) await redis.xgroup('CREATE', key, group, '0', 'MKSTREAM');
      const appended: string[] = [];
      const processes = keepAlive(round);
      const appending = append(round, appended);
      await eventually('every entry is handled or given up', async () => {
        await checkTrimming(round, appended);
        const groups = (await redis.xinfo('GROUPS', key)) as unknown[][];
        const done = groups.every((group) => {
          const valueOf = (name: string) => group[group.indexOf(name) + 1];
          return valueOf('pending') === 0 && valueOf('last-delivered-id') === appended.at(-1);
        });
        return appended.length === ENTRIES && done;
      });
      await appending;
      deaths += await processes.end();
      trimmed += ENTRIES - (await redis.xlen(key));
      await checkRound(sub, round, appended);
    });
  }
  t.ok(deaths > ROUNDS, `processes died: ${deaths}`);
  t.ok(trimmed > ENTRIES, `entries were trimmed: ${trimmed}`);
});
