/** Judging the health of modules and of consumer groups, by heartbeats, consumers and what waits. */
import { advise, type Advised } from './advice.ts';
import { HEALTHS, type Facts, type GroupFacts, type Judgement } from './facts.ts';
import type { ProcessFacts } from './facts.ts';

/**
 * For how long the consumers of a foreign group may be silent while entries wait, in ms: nobody there gives
 * heartbeats, and a handler may be at work.
 */
export const SILENT_MS = 15_000;
/** Processes whose last heartbeats are no further apart ended together, in ms. */
const TOGETHER_MS = 2000;

/** The state of a group, and what to do about it. */
export function judgeGroup(group: GroupFacts, facts: Facts): Judgement {
  return judged(causeOfGroup(group, facts));
}

function causeOfGroup(facts: GroupFacts, all: Facts): Advised {
  const { stream, group, waitingMs } = facts;
  const module = all.modules.find(({ name }) => name === group);
  const processes = all.processes.filter(({ modules }) => modules.includes(group));
  const running = processes.filter(({ stopped }) => !stopped);
  const key = all.keyPrefix + stream;
  if (!module && processes.length === 0) return causeOfForeign(facts, all);
  if (module && !module.listens.includes(stream))
    return { health: 'abandoned', cause: 'left', module: group, stream, group, key };
  if (running.length === 0) return gone(group, processes, all);
  if (facts.isPaused) return { health: 'paused', cause: 'paused', stream, group };
  const failing = running.filter((one) => one.failing.length > 0);
  if (failing.length > 0) return { health: 'slow', cause: 'failing', failing };
  if (waitingMs === null || waitingMs < all.slowMs) return { health: 'ok' };
  if (facts.consumers === 0) return { health: 'slow', cause: 'unread', module: group };
  return { health: 'slow', cause: 'waiting', module: group, stream, group };
}

/** Of a group that no module of ours reads: only Redis tells whether somebody does. */
function causeOfForeign(facts: GroupFacts, all: Facts): Advised {
  const { stream, group, consumers, lag, pending, waitingMs, silentMs } = facts;
  const where = { stream, group, key: all.keyPrefix + stream };
  const waits = lag !== 0 || pending > 0;
  const unreadMs = consumers === 0 ? (waitingMs ?? Infinity) : (silentMs ?? 0);
  if (unreadMs > all.abandonedMs) return { health: 'abandoned', cause: 'unknown', ...where };
  if (facts.isPaused) return { health: 'paused', cause: 'paused', ...where };
  if (waits && (consumers === 0 || unreadMs > SILENT_MS))
    return { health: 'stopped', cause: 'silent', ...where };
  if (waitingMs !== null && waitingMs >= all.slowMs)
    return { health: 'slow', cause: 'foreign', ...where };
  return { health: 'ok' };
}

/** Those that ended without a word are the cause, unless somebody ran the module since, and ended in order. */
function gone(
  module: string,
  stopped: readonly ProcessFacts[],
  { heardAt }: Pick<Facts, 'heardAt'>,
): Advised {
  const last = heardAt.get(module) ?? 0;
  const lost = stopped.filter((one) => one.heardAt > last - TOGETHER_MS);
  return { health: 'stopped', cause: 'gone', module, lost };
}

/** The state of a module, and what to do about it: the worst of its processes and its groups. */
export function judgeModule(
  name: string,
  groups: readonly Judgement[],
  { processes, heardAt }: Pick<Facts, 'processes' | 'heardAt'>,
): Judgement {
  const own = processes.filter(({ modules }) => modules.includes(name));
  const running = own.filter(({ stopped }) => !stopped);
  if (running.length === 0) {
    const isKnown = own.length > 0 || heardAt.has(name) || groups.length > 0;
    return judged(
      isKnown ? gone(name, own, { heardAt }) : { health: 'absent', cause: 'never', module: name },
    );
  }
  const failing = running.filter((one) => one.failing.length > 0);
  const itself: Judgement = judged(
    failing.length > 0 ? { health: 'slow', cause: 'failing', failing } : { health: 'ok' },
  );
  return worst([itself, ...groups]);
}

const rank = ({ health }: Judgement): number => HEALTHS.indexOf(health);

/** The worst of some; the first of those that are equally bad. */
export function worst(judgements: readonly Judgement[]): Judgement {
  const [first = judged({ health: 'ok' }), ...rest] = judgements;
  return rest.reduce((found, one) => (rank(one) > rank(found) ? one : found), first);
}

function judged(advised: Advised): Judgement {
  return { health: advised.health, advice: advise(advised) };
}
