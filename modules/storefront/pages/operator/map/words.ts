/** What the map says of what it draws, in words: on it, and to whoever does not see it. */
import type { GroupSnapshot, ModuleSnapshot, Snapshot } from '../../../../../src/http/admin/api.ts';
import { count, counted, dateTime } from '../../lib/format.ts';
import { HEALTH } from '../../lib/health.ts';

/** A rate with its unit: `0.4/s`, `1,234/s`. */
export function rate(perSecond: number): string {
  return `${count(perSecond < 10 ? perSecond : Math.round(perSecond))}/s`;
}

/** What stands on the line of a group: what moves, waits or failed; nothing where nothing does. */
export function onLine({ perSecond, lag, pending, deadLetters }: GroupSnapshot): string {
  const waiting = (lag ?? 0) + pending;
  return [
    perSecond > 0 && rate(perSecond),
    waiting > 0 && `${count(waiting)} wait`,
    deadLetters > 0 && `${count(deadLetters)} dead`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The same as a sentence, which holds what stands there word for word. */
export function ofGroup(stream: string, group: GroupSnapshot): string {
  const name = `${group.group} reads ${stream}, ${HEALTH[group.health].name}`;
  return `${name}: ${onLine(group) || 'nothing moves or waits'}`;
}

/** Which processes run a module, in few words: `2 processes, 0.1.0`. */
export function processesOf({ instances }: ModuleSnapshot): string {
  if (instances.length === 0) return 'no process';
  const versions = [...new Set(instances.map(({ version }) => version ?? 'unknown version'))];
  const many = counted(instances.length, 'process', 'processes');
  return `${many}, ${versions.join(' and ')}`;
}

/** Likewise, with when there was one last. */
export function processesOrLast(module: ModuleSnapshot): string {
  const { lastSeenAt } = module;
  const last = lastSeenAt === null ? '' : `, last seen ${dateTime(lastSeenAt)}`;
  return processesOf(module) + last;
}

/** What is not well, in a sentence; how all is where all is well. */
export function summaryOf({ modules, streams }: Snapshot): string {
  const known = new Set(modules.map(({ module }) => module));
  const foreign = streams.flatMap(({ stream, groups }) =>
    groups
      .filter(({ group }) => !known.has(group))
      .map(({ group, health }) => ({ name: `${group} on ${stream}`, health })),
  );
  const all = [...modules.map(({ module: name, health }) => ({ name, health })), ...foreign];
  const bad = all.filter(({ health }) => health !== 'ok' && health !== 'absent');
  if (bad.length === 0) return 'All that runs is well.';
  const states = Map.groupBy(bad, ({ health }) => health);
  return [...states]
    .map(([health, some]) => `${HEALTH[health].name}: ${some.map(({ name }) => name).join(', ')}.`)
    .join(' ');
}
