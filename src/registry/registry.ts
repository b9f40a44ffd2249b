/** The service registry: each process of one Millrace registers in Redis where it is and what it serves. */
import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { periodic, type RedisClient } from '../bus/index.ts';
import { isMacOf, macOf } from '../runtime/secrets.ts';

/** How long a registration counts, and how often it is renewed, in ms. */
const LIFE_MS = 5000;
const RENEW_MS = 2000;
/** How old the list of the others may be, in ms. */
const LIST_MS = 1000;
/** How long a signature counts, in ms: as far as the clocks of two processes may differ, and longer. */
const SIGNED_MS = 60_000;
/** How long a path counts as served by somebody, who may only be away, in ms: a day. */
const KNOWN_MS = 86_400_000;
/** How often that is renewed, in ms. */
const RENEW_KNOWN_MS = 30_000;

export const Instance = Type.Object({
  id: Type.String(),
  url: Type.String({ pattern: '^https?://[^/]+$' }),
  modules: Type.Array(Type.String()),
  /** The first segment under `/api` of what it serves; `admin/<segment>` for operator's calls. */
  paths: Type.Array(Type.String()),
  /** The largest body that some route of a path reads, in bytes. */
  bodyLimits: Type.Record(Type.String(), Type.Integer()),
});

/** A process, as it registers itself. */
export type Instance = Static<typeof Instance>;

/** Whoever writes to Redis could register himself: only what we have signed is believed. */
const Registered = Compile(
  Type.Object({ ...Instance.properties, until: Type.Integer(), mac: Type.String() }),
);

/** By the clock of Redis, since those of the processes may differ. */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** Each registration is signed anew, and takes the place of the one before. */
const REGISTER = `${NOW}
redis.call('ZREM', KEYS[1], ARGV[4])
redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if #ARGV < 5 then return end
local known = {}
for i = 5, #ARGV do
  known[#known + 1] = now + ARGV[2]
  known[#known + 1] = ARGV[i]
end
redis.call('ZADD', KEYS[2], unpack(known))
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)`;

const LIST = `${NOW}
return {
  redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf'),
  redis.call('ZRANGEBYSCORE', KEYS[2], now, '+inf')
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

export interface ServiceRegistry {
  /** Notes that this process serves a path, by a route that reads bodies of so many bytes. */
  addPath(path: string, bodyLimit: number): void;
  /** Registers this process and what it serves again and again, until it is deregistered; once. */
  register(where: Pick<Instance, 'url' | 'modules'>): void;
  deregister(): Promise<void>;
  /** The others, at most a second old; while Redis is away, as they were seen last. */
  list(): Promise<RegistryView>;
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
  const keys = [base, `${base}:paths`] as const;
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
  let looking: Promise<void> | undefined;

  async function list(): Promise<void> {
    const answer = await redis.eval(LIST, 2, ...keys).catch(() => undefined);
    seenAt = performance.now();
    if (answer === undefined) return;
    const [members, paths] = answer as [string[], string[]];
    const instances = verified(members).filter((instance) => instance.id !== id);
    const running = new Set(instances.flatMap(({ modules }) => modules));
    seen = {
      instances,
      // A Redis that was emptied must not make what is only away look like what never was.
      paths: new Set([...seen.paths, ...paths]),
      own,
      incomplete: remoteModules.some((name) => !running.has(name)),
    };
  }

  return {
    addPath(path, bodyLimit) {
      own.add(path);
      bodyLimits[path] = Math.max(bodyLimit, bodyLimits[path] ?? 0);
    },
    register(where) {
      const paths = [...own].toSorted();
      const signed = () => sign(secret, { id, ...where, paths, bodyLimits });
      stop ??= keepRegistered({ redis, keys, paths, signed, log });
    },
    async deregister() {
      await stop?.();
    },
    async list() {
      if (performance.now() - seenAt > LIST_MS)
        await (looking ??= list().finally(() => (looking = undefined)));
      return seen;
    },
  };
}

/** Registers this process again and again. Gives what ends that, and takes the registration away. */
function keepRegistered(options: {
  redis: RedisClient;
  keys: readonly [string, string];
  paths: readonly string[];
  /** Gives the registration, signed anew. */
  signed: () => string;
  log: FastifyBaseLogger;
}): () => Promise<void> {
  const { redis, keys, paths, signed, log } = options;
  let member = '';
  let knownAt = -Infinity;
  const registering = periodic({
    what: 'registering this process',
    everyMs: RENEW_MS,
    async work() {
      const before = member;
      member = signed();
      const now = performance.now();
      const known = now - knownAt < RENEW_KNOWN_MS ? [] : paths;
      await redis.eval(REGISTER, 2, ...keys, LIFE_MS, KNOWN_MS, member, before, ...known);
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

/** Gives the processes of registrations that are ours; that there are others is logged once. */
function createVerifier(
  secret: Buffer,
  log: FastifyBaseLogger,
): (members: readonly string[]) => Instance[] {
  let reported = false;
  return (members) => {
    const found = new Map<string, Instance>();
    const strange = members.filter((member) => {
      const instance = verify(secret, member);
      if (instance) found.set(instance.id, instance);
      return !instance;
    });
    if (strange.length > 0 && !reported) {
      log.warn(
        { ignored: strange.length, first: strange[0]?.slice(0, 200) },
        'processes are registered in Redis without a signature of ours, and are ignored: they run an older Millrace, their clock is wrong, or somebody else writes to Redis',
      );
    }
    reported = strange.length > 0;
    return [...found.values()];
  };
}

function sign(secret: Buffer, instance: Instance): string {
  const signed = { ...instance, until: Date.now() + SIGNED_MS };
  return JSON.stringify({ ...signed, mac: macOf(secret, JSON.stringify(signed)) });
}

/** The process that a registration names, or undefined where it is not signed, or was long ago. */
function verify(secret: Buffer, member: string): Instance | undefined {
  try {
    const registered: unknown = JSON.parse(member);
    if (!Registered.Check(registered)) return undefined;
    const { mac, ...signed } = registered;
    if (!isMacOf(secret, JSON.stringify(signed), mac)) return undefined;
    const { until, ...instance } = signed;
    return until > Date.now() ? instance : undefined;
  } catch {
    return undefined;
  }
}
