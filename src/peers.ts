/** The processes of one Millrace: each announces in Redis where it is and what it serves. */
import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { Redis } from 'ioredis';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { repeat } from './bus/index.ts';

/** How long an announcement counts, and how often it is renewed, in ms. */
const LIFE_MS = 5000;
const RENEW_MS = 1500;
/** How old the list of the others may be, in ms. */
const LIST_MS = 1000;
/** How long a path counts as served by somebody, who may only be away, in ms: a day. */
const KNOWN_MS = 86_400_000;

export const Peer = Type.Object({
  id: Type.String(),
  url: Type.String({ pattern: '^https?://[^/]+$' }),
  modules: Type.Array(Type.String()),
  /** The first segment under `/api` of what it serves; `admin/<segment>` for operator's calls. */
  paths: Type.Array(Type.String()),
});

/** A process, as it announces itself. */
export type Peer = Static<typeof Peer>;

const Announced = Compile(Peer);

/** By the clock of Redis, since those of the processes may differ. */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

const ANNOUNCE = `${NOW}
redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
for i = 4, #ARGV do redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)`;

const LIST = `${NOW}
return {
  redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf'),
  redis.call('ZRANGEBYSCORE', KEYS[2], now, '+inf')
}`;

/** What a process sees of the others. */
export interface Neighbours {
  readonly others: readonly Peer[];
  /** Every path that some process has served within the last day, or since this one looks. */
  readonly paths: ReadonlySet<string>;
  /** The paths that this process serves itself. */
  readonly own: ReadonlySet<string>;
  /** Whether some module runs nowhere at the moment: then nobody can say what it would serve. */
  readonly incomplete: boolean;
}

export interface Peers {
  /** Notes that this process serves a path. */
  serve(path: string): void;
  /** Announces this process and what it serves again and again, until it is withdrawn; once. */
  announce(where: Pick<Peer, 'url' | 'modules'>): void;
  withdraw(): Promise<void>;
  /** The others, at most a second old; while Redis is away, as they were seen last. */
  look(): Promise<Neighbours>;
}

export function createPeers(options: {
  redis: Redis;
  keyPrefix: string;
  /** The names of the modules with calls under `/api` that run elsewhere, if they run. */
  elsewhere: readonly string[];
  log: FastifyBaseLogger;
}): Peers {
  const { redis, keyPrefix, elsewhere, log } = options;
  const id = randomUUID();
  // The braces keep both keys in one slot of a cluster.
  const base = `{${keyPrefix}millrace:peers}`;
  const keys = [base, `${base}:paths`] as const;
  let stop: (() => Promise<void>) | undefined;
  const own = new Set<string>();
  let seen: Neighbours = {
    others: [],
    paths: new Set(),
    own,
    incomplete: elsewhere.length > 0,
  };
  let seenAt = -Infinity;
  let looking: Promise<void> | undefined;

  async function list(): Promise<void> {
    const answer = await redis.eval(LIST, 2, ...keys).catch(() => undefined);
    seenAt = performance.now();
    if (answer === undefined) return;
    const [members, paths] = answer as [string[], string[]];
    const peers = members.map((member) => JSON.parse(member) as unknown);
    const others = peers.filter((peer) => Announced.Check(peer)).filter((peer) => peer.id !== id);
    const running = new Set(others.flatMap(({ modules }) => modules));
    seen = {
      others,
      // A Redis that was emptied must not make what is only away look like what never was.
      paths: new Set([...seen.paths, ...paths]),
      own,
      incomplete: elsewhere.some((name) => !running.has(name)),
    };
  }

  return {
    serve: (path) => void own.add(path),
    announce(where) {
      if (stop) return;
      const paths = [...own].toSorted();
      const member = JSON.stringify({ id, ...where, paths });
      const lives = [LIFE_MS, KNOWN_MS];
      const announcing = repeat({
        what: 'announcing this process',
        everyMs: RENEW_MS,
        work: () => redis.eval(ANNOUNCE, 2, ...keys, ...lives, member, ...paths),
        log,
      });
      announcing.start();
      stop = async () => {
        await announcing.stop();
        // Without Redis the announcement ends by itself.
        await redis.zrem(base, member).catch(() => undefined);
      };
    },
    async withdraw() {
      await stop?.();
    },
    async look() {
      if (performance.now() - seenAt > LIST_MS)
        await (looking ??= list().finally(() => (looking = undefined)));
      return seen;
    },
  };
}
