/** How a module or a group fares: a word and a sign, told apart without colour, and what to do about it. */
import type { Health as State } from '../../../../src/http/admin/api.ts';
import { HEALTH } from '../lib/health.ts';

/** Of 16 by 16: a tick, a clock, two bars, a cross, a broken ring, an empty ring. */
const SIGNS: Readonly<Record<State, string>> = {
  ok: 'M3 8.5 6.5 12 13 4.5',
  slow: 'M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M8 5v3.5l2.5 1.5',
  paused: 'M5.5 3v10M10.5 3v10',
  stopped: 'M4 4l8 8M12 4l-8 8',
  abandoned: 'M6 2.4A6 6 0 0 0 6 13.6M10 13.6A6 6 0 0 0 10 2.4',
  absent: 'M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M4 12l8-8',
};

/** The word and the sign; `advice` stands below. */
export function HealthPill({ health, advice }: { health: State; advice?: string | null }) {
  const { name, mood, means } = HEALTH[health];
  return (
    <>
      <span class={`pill pill-${mood} health`} title={means}>
        <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
          <path d={SIGNS[health]} />
        </svg>
        {name}
      </span>
      {advice && <span class="advice">{advice}</span>}
    </>
  );
}
