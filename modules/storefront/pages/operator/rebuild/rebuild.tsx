/** Rebuilding the order history from the events, beside the one that is shown meanwhile. */
import { useState } from 'preact/hooks';
import type { RebuildState } from '../../../../../src/http/admin/api.ts';
import { confirmed } from '../../components/confirm.tsx';
import { Notice, ProblemNotice } from '../../components/states.tsx';
import { Table } from '../../components/table.tsx';
import { count, dateTime } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { ask } from '../call.ts';
import { Allowed, Part, useRepeat, type SectionProps } from '../parts.tsx';

const PATH = '/order-history/rebuild';
const EVERY_MS = 1000;

export function Rebuild(_props: SectionProps) {
  const rebuild = useLoaded(() => ask<RebuildState>(PATH), []);
  const [error, setError] = useState<unknown>();
  useRepeat(rebuild.reload, EVERY_MS);
  const act = async (method: 'POST' | 'DELETE') => {
    const question = 'Give the rebuilding up? The history that is shown stays.';
    if (method === 'DELETE' && !(await confirmed(question, 'Give it up'))) return;
    try {
      await ask(PATH, { method });
      setError(undefined);
      await rebuild.reload();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <>
      <p class="prose">
        The order history holds nothing that the events do not hold. It is rebuilt beside the one
        that is shown, and takes its place when all events are handled.
      </p>
      {error !== undefined && <ProblemNotice error={error} />}
      <Part of={rebuild}>
        {(state) => <State rebuild={state} act={(method) => void act(method)} />}
      </Part>
    </>
  );
}

function State({
  rebuild: { state, startedAt, sources, last },
  act,
}: {
  rebuild: RebuildState;
  act: (method: 'POST' | 'DELETE') => void;
}) {
  const isIdle = state === 'idle';
  return (
    <>
      <Allowed to="admin">
        <p>
          <button
            type="button"
            class={isIdle ? 'primary' : 'danger'}
            onClick={() => act(isIdle ? 'POST' : 'DELETE')}
          >
            {isIdle ? 'Rebuild the order history' : 'Give it up'}
          </button>
        </p>
      </Allowed>
      {!isIdle && (
        <>
          <p>Rebuilding since {dateTime(startedAt ?? Date.now())}</p>
          <Table
            caption="Progress"
            columns={['Stream', 'Handled', { number: 'Events' }, 'Source']}
            rows={sources.map(toRow)}
          />
        </>
      )}
      {last && <Notice kind={last.outcome === 'done' ? 'good' : 'plain'}>{wordsFor(last)}</Notice>}
    </>
  );
}

function toRow({ stream, sent, waiting, told }: RebuildState['sources'][number]) {
  return {
    key: stream,
    cells: [
      stream,
      <progress max={Math.max(sent, 1)} value={sent - waiting} aria-label={stream} />,
      `${count(sent - waiting)} of ${count(sent)}`,
      told ? 'all sent' : 'still being sent',
    ],
  };
}

function wordsFor(last: NonNullable<RebuildState['last']>): string {
  const { outcome, reason, endedAt, events, documents } = last;
  const when = `The last one ended ${dateTime(endedAt)}`;
  if (outcome !== 'done') return `${when}: ${outcome}${reason ? `, ${reason}` : ''}.`;
  return `${when}: ${count(events)} events made ${count(documents)} documents.`;
}
