/** How what runs fares, in words, and which of several is the worst. */
import type { Health } from '../../../../src/http/admin/api.ts';

export type Mood = 'good' | 'plain' | 'warn' | 'bad';

/** Each state: what it is called, how bad it is, and what it means. The worst first. */
export const HEALTH: Readonly<Record<Health, { name: string; mood: Mood; means: string }>> = {
  stopped: { name: 'Stopped', mood: 'bad', means: 'Its processes have ended or do not answer' },
  slow: { name: 'Slow', mood: 'warn', means: 'It does not keep up with what comes' },
  abandoned: { name: 'Abandoned', mood: 'warn', means: 'Nobody reads it any more' },
  paused: { name: 'Paused', mood: 'warn', means: 'An operator has paused it' },
  absent: { name: 'Absent', mood: 'plain', means: 'No process runs it, nor has one' },
  ok: { name: 'OK', mood: 'good', means: 'It keeps up with what comes' },
};

const ORDER = Object.keys(HEALTH) as Health[];

/** The worst of them; `ok` where there is none. */
export function worstOf(healths: readonly Health[]): Health {
  return ORDER.find((health) => healths.includes(health)) ?? 'ok';
}
