/** Dead letters: what no handler could take, to be looked at, handled again, or thrown away. */
import { useMemo, useState } from 'preact/hooks';
import type { DeadLetterResponse, StreamResponse } from '../../../../../src/http/admin/api.ts';
import { confirmed } from '../../components/confirm.tsx';
import { Choice } from '../../components/checked-fields.tsx';
import { Loading, Notice, ProblemNotice } from '../../components/states.tsx';
import { Table } from '../../components/table.tsx';
import { count, dateTime } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { callsOf } from './calls.ts';
import { More, Part, usePages, type SectionProps } from '../parts.tsx';
import { getStreams } from '../streams/streams.tsx';

export function DeadLetters({ rest: [stream, group] }: SectionProps) {
  const streams = useLoaded(getStreams, []);
  const chosen = stream && group ? `${stream}/${group}` : '';
  return (
    <>
      <Part of={streams}>{({ items }) => <Picker streams={items} chosen={chosen} />}</Part>
      {stream && group && (
        <OfGroup
          key={chosen}
          stream={stream}
          group={group}
          onChange={() => void streams.reload()}
        />
      )}
    </>
  );
}

function Picker({ streams, chosen }: { streams: readonly StreamResponse[]; chosen: string }) {
  const options = streams
    .flatMap(({ stream, groups }) =>
      groups.map(({ group, deadLetters }) => ({
        value: `${stream}/${group}`,
        text: `${stream}, ${group}: ${count(deadLetters)}`,
        deadLetters,
      })),
    )
    .filter(({ value, deadLetters }) => deadLetters > 0 || value === chosen);
  if (options.length === 0) return <Notice>There are no dead letters in any stream.</Notice>;
  return (
    <Choice
      label="Dead letters of"
      options={[{ value: '', text: 'Choose…' }, ...options]}
      chosen={chosen}
      onChange={(value) => {
        location.hash = `#dead-letters/${value}`;
      }}
    />
  );
}

/** What came of an action on dead letters. */
interface Outcome {
  isWorking?: boolean;
  done?: string;
  error?: unknown;
}

/** The dead letters of a group, and what is done with those that are ticked. */
function OfGroup({
  stream,
  group,
  onChange,
}: {
  stream: string;
  group: string;
  onChange: () => void;
}) {
  const calls = useMemo(() => callsOf(stream, group), [stream, group]);
  const list = usePages(calls.page, [calls]);
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const [outcome, setOutcome] = useState<Outcome>({});

  const act = async (work: () => Promise<string>) => {
    if (outcome.isWorking) return;
    setOutcome({ isWorking: true });
    setOutcome(
      await work().then(
        (done) => ({ done }),
        (error: unknown) => ({ error }),
      ),
    );
    setTicked([]);
    onChange();
    await list.reload();
  };
  const discard = async () => {
    const what =
      ticked.length === 0 ? 'all dead letters of this group' : `${ticked.length} dead letters`;
    const question = `Throw ${what} away? Nobody will ever handle them.`;
    if (await confirmed(question, 'Throw away')) await act(() => calls.discard(ticked));
  };
  const tick = (id: string, isTicked: boolean) =>
    setTicked((ids) => (isTicked ? [...ids, id] : ids.filter((one) => one !== id)));

  return (
    <div>
      {outcome.isWorking && <Loading text="One moment…" />}
      {outcome.done !== undefined && <Notice>{outcome.done}</Notice>}
      {outcome.error !== undefined && <ProblemNotice error={outcome.error} />}
      <Part of={list}>
        {({ items }) => (
          <>
            {items.length > 0 && (
              <p class="row">
                <button type="button" onClick={() => void act(() => calls.replay(ticked))}>
                  Handle again
                </button>
                <button type="button" class="danger" onClick={() => void discard()}>
                  Throw away
                </button>
                <span class="fine">What is ticked, or all of the group where nothing is.</span>
              </p>
            )}
            <DeadLetterTable items={items} ticked={ticked} tick={tick} />
          </>
        )}
      </Part>
      <More of={list} />
    </div>
  );
}

const COLUMNS = ['Tick', 'Event', 'Of', 'What failed', { number: 'Deliveries' }, 'Last'];

function DeadLetterTable({
  items,
  ticked,
  tick,
}: {
  items: readonly DeadLetterResponse[];
  ticked: readonly string[];
  tick: (id: string, isTicked: boolean) => void;
}) {
  const rows = items.map((deadLetter) => {
    const { id, fields, attempts, lastAt } = deadLetter;
    return {
      key: id,
      cells: [
        <input
          type="checkbox"
          checked={ticked.includes(id)}
          aria-label={`Tick ${id}`}
          onChange={({ currentTarget: { checked } }) => tick(id, checked)}
        />,
        <code>{fields['type'] ?? '–'}</code>,
        fields['key'] ?? fields['orderId'] ?? '–',
        <Content deadLetter={deadLetter} />,
        attempts,
        dateTime(lastAt),
      ],
    };
  });
  return <Table caption="Dead letters, the oldest first" columns={COLUMNS} rows={rows} />;
}

function Content({
  deadLetter: { error, fields, originId, cutFrom },
}: {
  deadLetter: DeadLetterResponse;
}) {
  return (
    <details>
      <summary>{error}</summary>
      <p class="fine">Entry {originId}</p>
      {cutFrom !== undefined && <p class="fine">The beginning of {count(cutFrom)} bytes.</p>}
      <pre>{JSON.stringify(fields, null, 2)}</pre>
    </details>
  );
}
