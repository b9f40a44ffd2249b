/** Finding what a call on dead letters is about: the stream, who reads it, the letters that a filter means. */
import type { Bus, DeadLetter, DeadLetterFilter, Subscription } from '../../../bus/index.ts';
import { DomainError } from '../../errors.ts';
import { knownStream } from '../known-group.ts';
import { nobodyReads } from '../remote-replay.ts';

/** Pages of headers that one call looks through at most: the next goes on where it ended. */
const PAGES = 40;

/**
 * The subscription of this process that handles the dead letters of a group, or undefined where another process is
 * to be asked.
 *
 * @throws DomainError where there is no such stream, or nobody can read it
 */
export async function findReader(
  bus: Bus,
  stream: string,
  group: string,
  isForwarded: boolean,
): Promise<Subscription | undefined> {
  const ofGroup = bus.subscriptions.filter((one) => one.group === group);
  const subscription = ofGroup.find((one) => one.stream === stream);
  if (subscription) return subscription;
  await knownStream(bus, stream);
  // A copy of a module that runs here does not read the stream either.
  if (isForwarded || ofGroup.length > 0) throw nobodyReads(stream, group);
  return undefined;
}

/** The filter of a call; undefined where it has none. */
export function filterOf({ type, cause, since, until, upTo }: DeadLetterFilter) {
  const given = Object.entries({ type, cause, since, until, upTo }).filter(
    ([, value]) => value !== undefined,
  );
  return given.length === 0 ? undefined : (Object.fromEntries(given) as DeadLetterFilter);
}

/** Ids of dead letters, and the one that a next call goes on from; null where all have been seen. */
export interface Picked {
  ids: string[];
  next: string | null;
}

/** Up to `limit` dead letters that the filter means, from the id `from` on; fewer where they are rare. */
export async function pick(
  { bus, stream, group }: { bus: Bus; stream: string; group: string },
  filter: DeadLetterFilter,
  from: string | undefined,
  limit: number,
): Promise<Picked> {
  const ids: string[] = [];
  let pages = 0;
  let next: string | null = null;
  for await (const page of bus.deadLetterIndex(stream, group).scan(filter, from)) {
    ids.push(...page.headers.map(({ id }) => id));
    pages += 1;
    next = page.next;
    if (ids.length >= limit || pages === PAGES) break;
  }
  return { ids: ids.slice(0, limit), next: ids[limit] ?? next };
}

/** One dead letter, whole. @throws DomainError where it is not there */
export async function findWhole(
  bus: Bus,
  { stream, group, id }: { stream: string; group: string; id: string },
): Promise<DeadLetter> {
  for await (const [letter] of bus.deadLetters(stream, group).get([id])) if (letter) return letter;
  throw isGone(id, group);
}

export function isGone(id: string, group: string): DomainError {
  return new DomainError(
    'not-found',
    'unknown-dead-letter',
    `${group} has no dead letter ${id}: it was handled or discarded meanwhile.`,
  );
}
