/** What stands beside the names of sections: how many dead letters there are, and how much is not well. */
import type { Health } from '../../../../src/http/admin/api.ts';
import { count, counted } from '../lib/format.ts';
import { HEALTH, worstOf } from '../lib/health.ts';
import { snapshot } from './live.ts';

/** What stands beside the name of a section. */
export interface Badge {
  /** Short: a number, mostly. */
  text: string;
  kind: 'plain' | 'warn' | 'bad';
  /** What is said of it to whoever does not see it: `3 dead letters`. */
  label: string;
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

/** The dead letters of all groups. */
export function deadLettersBadge(): Badge | undefined {
  const groups = snapshot.value?.streams.flatMap((stream) => stream.groups) ?? [];
  const total = sum(groups.map(({ deadLetters }) => deadLetters));
  if (total === 0) return undefined;
  return {
    text: count(total),
    kind: 'bad',
    label: counted(total, 'dead letter'),
  };
}

/** Modules that are not well. */
export function modulesBadge(): Badge | undefined {
  return healthBadge(snapshot.value?.modules.map(({ health }) => health) ?? [], 'module');
}

/** Groups that are not well. */
export function groupsBadge(): Badge | undefined {
  const groups = snapshot.value?.streams.flatMap((stream) => stream.groups) ?? [];
  return healthBadge(
    groups.map(({ health }) => health),
    'group',
  );
}

/** How many are as bad as the worst, and how bad that is; nothing where all is well. */
export function healthBadge(healths: readonly Health[], what: string): Badge | undefined {
  const worst = worstOf(healths);
  const { name, mood } = HEALTH[worst];
  if (mood === 'good' || mood === 'plain') return undefined;
  const found = healths.filter((health) => health === worst).length;
  return {
    text: `${count(found)} ${name.toLowerCase()}`,
    kind: mood,
    label: `${counted(found, what)} ${name.toLowerCase()}`,
  };
}
