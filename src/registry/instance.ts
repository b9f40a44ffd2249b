/** A process as it registers itself, and the signature by which the others believe it. */
import type { FastifyBaseLogger } from 'fastify';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { isMacOf, macOf } from '../runtime/secrets.ts';

/** How long a signature counts, in ms: as far as the clocks of two processes may differ, and longer. */
const SIGNED_MS = 60_000;

export const Instance = Type.Object({
  id: Type.String(),
  url: Type.String({ pattern: '^https?://[^/]+$' }),
  modules: Type.Array(Type.String()),
  /** The first segment under `/api` of what it serves; `admin/<segment>` for operator's calls. */
  paths: Type.Array(Type.String()),
  /** The largest body that some route of a path reads, in bytes. */
  bodyLimits: Type.Record(Type.String(), Type.Integer()),
  /** What follows is not said by a process of an older Millrace. */
  version: Type.Optional(Type.String()),
  /** ms since the epoch, by the clock of its machine. */
  startedAt: Type.Optional(Type.Integer()),
  /** The name of its machine, and its number there. */
  host: Type.Optional(Type.String()),
  pid: Type.Optional(Type.Integer()),
  /** What does not work there, a sentence each. */
  failing: Type.Optional(Type.Array(Type.String())),
});

/** A process, as it registers itself. */
export type Instance = Static<typeof Instance>;

/** Whoever writes to Redis could register himself: only what we have signed is believed. */
const Registered = Compile(
  Type.Object({ ...Instance.properties, until: Type.Integer(), mac: Type.String() }),
);

/** A process that is registered, and until when that counts, by the clock of Redis. */
interface Scored {
  instance: Instance;
  score: number;
}

/** Gives the processes of registrations that are ours, by the time of Redis; that there are others is logged once. */
export function createVerifier(
  secret: Buffer,
  log: FastifyBaseLogger,
): (members: readonly [member: string, score: number][], now: number) => Scored[] {
  let reported = false;
  return (members, now) => {
    const found = new Map<string, Scored>();
    const strange: string[] = [];
    for (const [member, score] of members) {
      const { instance, until = 0 } = verify(secret, member) ?? {};
      // The signature of a process that is gone is as old as that.
      const counts = until > Date.now() || score < now;
      if (instance && counts) found.set(instance.id, { instance, score });
      else strange.push(member);
    }
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

export function sign(secret: Buffer, instance: Instance): string {
  const signed = { ...instance, until: Date.now() + SIGNED_MS };
  return JSON.stringify({ ...signed, mac: macOf(secret, JSON.stringify(signed)) });
}

/** The process that a registration names, and until when its signature counts; undefined where it is not signed. */
function verify(secret: Buffer, member: string): { instance: Instance; until: number } | undefined {
  try {
    const registered: unknown = JSON.parse(member);
    if (!Registered.Check(registered)) return undefined;
    const { mac, ...signed } = registered;
    if (!isMacOf(secret, JSON.stringify(signed), mac)) return undefined;
    const { until, ...instance } = signed;
    return { instance, until };
  } catch {
    return undefined;
  }
}
