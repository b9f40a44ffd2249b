/** The service registry: each process of one Millrace registers in Redis where it is and what it serves. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { FastifyBaseLogger } from 'fastify';
import { periodic, type RedisClient } from '../bus/index.ts';
import { createVerifier, sign, type Instance } from './instance.ts';

/** How long requests are sent to a process after its last heartbeat, in ms. */
const LIFE_MS = 5000;
/** How often a process gives one, in ms. */
const HEARTBEAT_MS = 1000;
/**
 * How old the last heartbeat of a process is that has stopped, in ms: it may be late by two, as where an
 * event loop was blocked.
 */
const STOPPED_MS = 3000;
/** How long one that ended without a word is remembered, in ms: it may be to be continued. */
const GONE_MS = 300_000;
/** How old the list of the others may be, in ms. */
const LIST_MS = 1000;
/** How long a path counts as served, and a module as run by somebody, who may only be away, in ms: a day. */
const KNOWN_MS = 86_400_000;
/** How often it is renewed which paths are served, in ms. */
const RENEW_KNOWN_MS = 30_000;

/** By the clock of Redis, since those of the processes may differ. */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** Each registration is signed anew, and takes the place of the one before. */
const REGISTER = `${NOW}
local lifeMs, knownMs, goneMs, member, before, modules = unpack(ARGV, 1, 6)
local function remember(key, first, last)
  for i = first, last do redis.call('ZADD', key, now + knownMs, ARGV[i]) end
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
end
redis.call('ZREM', KEYS[1], before)
redis.call('ZADD', KEYS[1], now + lifeMs, member)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - goneMs)
remember(KEYS[3], 7, 6 + modules)
if #ARGV > 6 + modules then remember(KEYS[2], 7 + modules, #ARGV) end`;

const LIST = `${NOW}
return {
  redis.call('ZRANGEBYSCORE', KEYS[1], now - ARGV[1], '+inf', 'WITHSCORES'),
  redis.call('ZRANGEBYSCORE', KEYS[2], now, '+inf'),
  redis.call('ZRANGEBYSCORE', KEYS[3], now, '+inf', 'WITHSCORES'),
  now
}`;

/** What a process sees of the others. */
export interface RegistryView {
  readonly instances: readonly Instance[];
  /** Every path that some process has served within the last day, or since this one looks. */
  readonly paths: ReadonlySet<string>;
  /** The paths that this process serves itself. */
  readonly own: ReadonlySet<string>;
  /** Whether some module runs nowhere at the moment: then nobody can say what it would serve. */
  readonly incomplete: boolean;
}

/** A process, and whether it gives heartbeats. */
export interface Heartbeat {
  readonly instance: Instance;
  /** How old its last heartbeat is, in ms by the clock of Redis. */
  readonly ageMs: number;
  /** Whether that is too old: it was killed, it hangs, or it stands still. */
  readonly stopped: boolean;
}

/** All processes of this Millrace. */
export interface Processes {
  /** When that was so, in ms since the epoch by the clock of Redis. */
  readonly at: number;
  /** Those that run, this one included once it is registered, and those that ended without a word lately. */
  readonly heartbeats: readonly Heartbeat[];
  /** When each module that somebody has run within the last day was heard of last, in ms since the epoch. */
  readonly modules: ReadonlyMap<string, number>;
}

export interface ServiceRegistry {
  /** How this process is registered. */
  readonly id: string;
  /** Notes that this process serves a path, by a route that reads bodies of so many bytes. */
  addPath(path: string, bodyLimit: number): void;
  /** Registers this process and what it serves again and again, until it is deregistered; once. */
  register(process: Registration): void;
  deregister(): Promise<void>;
  /** The others, at most a second old; while Redis is away, as they were seen last. */
  list(): Promise<RegistryView>;
  /**
   * All processes as they are now.
   *
   * @throws Error where Redis does not answer
   */
  processes(): Promise<Processes>;
}

/** What a process says of itself. */
export interface Registration extends Pick<Instance, 'url' | 'modules' | 'version' | 'startedAt'> {
  /** What does not work, at each heartbeat; it must take no time. */
  failing?: () => readonly string[];
}

export function createServiceRegistry(options: {
  redis: RedisClient;
  keyPrefix: string;
  /** What all processes sign their registrations with. */
  secret: Buffer;
  /** The names of the modules with calls under `/api` that run elsewhere, if they run. */
  remoteModules: readonly string[];
  log: FastifyBaseLogger;
}): ServiceRegistry {
  const { redis, keyPrefix, secret, remoteModules, log } = options;
  const id = randomUUID();
  // The braces keep both keys in one slot of a cluster.
  const base = `{${keyPrefix}millrace:peers}`;
  const keys = [base, `${base}:paths`, `${base}:modules`] as const;
  let stop: (() => Promise<void>) | undefined;
  const own = new Set<string>();
  const bodyLimits: Record<string, number> = {};
  const verified = createVerifier(secret, log);
  let seen: RegistryView = {
    instances: [],
    paths: new Set(),
    own,
    incomplete: remoteModules.length > 0,
  };
  let seenAt = -Infinity;
  let looking: Promise<Processes> | undefined;

  async function look(): Promise<Processes> {
    const answer = await redis.eval(LIST, keys.length, ...keys, GONE_MS);
    const [members, paths, modules, at] = answer as [string[], string[], string[], number];
    const heartbeats = verified(pairs(members), at).map(({ instance, score }) => {
      const ageMs = Math.max(0, at + LIFE_MS - score);
      return { instance, ageMs, stopped: ageMs > STOPPED_MS };
    });
    const instances = heartbeats
      .filter(({ instance, ageMs }) => instance.id !== id && ageMs <= LIFE_MS)
      .map(({ instance }) => instance);
    const running = new Set(instances.flatMap((instance) => instance.modules));
    seen = {
      instances,
      // A Redis that was emptied must not make what is only away look like what never was.
      paths: new Set([...seen.paths, ...paths]),
      own,
      incomplete: remoteModules.some((name) => !running.has(name)),
    };
    const lastSeen = pairs(modules).map(([name, until]) => [name, until - KNOWN_MS] as const);
    return { at, heartbeats, modules: new Map(lastSeen) };
  }

  const processes = (): Promise<Processes> =>
    (looking ??= look().finally(() => {
      seenAt = performance.now();
      looking = undefined;
    }));

  return {
    id,
    addPath(path, bodyLimit) {
      own.add(path);
      bodyLimits[path] = Math.max(bodyLimit, bodyLimits[path] ?? 0);
    },
    register({ failing = () => [], ...where }) {
      const paths = [...own].toSorted();
      const self = { id, ...where, paths, bodyLimits, host: hostname(), pid: process.pid };
      const signed = () => sign(secret, { ...self, failing: [...failing()] });
      stop ??= keepRegistered({ redis, keys, paths, modules: where.modules, signed, log });
    },
    async deregister() {
      await stop?.();
    },
    async list() {
      if (performance.now() - seenAt > LIST_MS) await processes().catch(() => undefined);
      return seen;
    },
    processes,
  };
}

/** What Redis gives of a sorted set, each member with its score. */
function pairs(list: readonly string[]): [member: string, score: number][] {
  return Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i]!, Number(list[2 * i + 1])]);
}

/** Registers this process again and again. Gives what ends that, and takes the registration away. */
function keepRegistered(options: {
  redis: RedisClient;
  keys: readonly [string, string, string];
  paths: readonly string[];
  modules: readonly string[];
  /** Gives the registration, signed anew. */
  signed: () => string;
  log: FastifyBaseLogger;
}): () => Promise<void> {
  const { redis, keys, paths, modules, signed, log } = options;
  const lives = [LIFE_MS, KNOWN_MS, GONE_MS] as const;
  let member = '';
  let knownAt = -Infinity;
  const registering = periodic({
    what: 'registering this process',
    everyMs: HEARTBEAT_MS,
    async work() {
      const before = member;
      member = signed();
      const now = performance.now();
      const known = now - knownAt < RENEW_KNOWN_MS ? [] : paths;
      const served = [modules.length, ...modules, ...known];
      await redis.eval(REGISTER, keys.length, ...keys, ...lives, member, before, ...served);
      if (known.length > 0) knownAt = now;
    },
    log,
  });
  registering.start();
  return async () => {
    await registering.stop();
    // Without Redis the registration ends by itself.
    await redis.zrem(keys[0], member).catch(() => undefined);
  };
}
