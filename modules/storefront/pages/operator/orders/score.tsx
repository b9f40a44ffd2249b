/** How well an order fits the user who placed it, and why. */
import type { ScoreResponse } from '../../../../digital-identity/api.ts';
import { Notice } from '../../components/states.tsx';
import { Figures } from '../../components/table.tsx';
import { dateTime } from '../../lib/format.ts';
import { Problem } from '../../lib/http.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { ask } from '../call.ts';
import { Part } from '../parts.tsx';

export function Score({ orderId }: { orderId: string }) {
  const path = `/identities/scores/${encodeURIComponent(orderId)}`;
  const score = useLoaded(() => ask<ScoreResponse>(path), [path]);
  if (score.error instanceof Problem && score.error.status === 404)
    return <Notice kind="plain">{score.error.message}</Notice>;
  return (
    <Part of={score}>
      {({ score: value, browser, address, explanation }) => (
        <>
          <Figures
            values={{
              Score: value ?? 'not yet',
              Browser: wordFor(browser),
              Address: wordFor(address),
            }}
          />
          <p>{explanation}</p>
        </>
      )}
    </Part>
  );
}

/** Whether the user had it before, and since when; null where the order says nothing of it. */
function wordFor(part: ScoreResponse['browser']) {
  if (!part) return 'unknown';
  if (!part.known) return 'new';
  return (
    <span>known {part.since && <small class="fine">since {dateTime(part.since)}</small>}</span>
  );
}
