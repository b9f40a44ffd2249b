/** The dead letters of a consumer group, or those of one cause: page by page, with what is done with them. */
import { useState } from 'preact/hooks';
import type {
  DeadLetterGroups,
  DeadLetterList,
  DeadLetterResponse,
} from '../../../../../src/http/admin/api.ts';
import { confirmed } from '../../components/confirm.tsx';
import { Table } from '../../components/table.tsx';
import { count, dateTime } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { Allowed, More, Part, usePages } from '../parts.tsx';
import { can } from '../session.ts';
import { ActionsOnAll, letters, OutcomeNotice, useAction } from './actions.tsx';
import {
  discardIds,
  getGroups,
  getPage,
  listAddress,
  oneAddress,
  replayIds,
  type Meant,
} from './calls.ts';
import { sayTried, type Said } from './run.ts';
import { useReloadOnChange } from './totals.ts';

export function DeadLetterListing({ meant }: { meant: Meant }) {
  const list = usePages<DeadLetterResponse, DeadLetterList>(
    (from) => getPage(meant, from),
    [listAddress(meant)],
  );
  const groups = useLoaded(getGroups, []);
  const reload = async () => void (await Promise.all([list.reload(), groups.reload()]));
  useReloadOnChange(groups.reload);
  const { outcome, act } = useAction(reload);
  const all = groups.data && allMeant(groups.data, meant);
  return (
    <>
      <Where meant={meant} />
      <Allowed to="support">{null}</Allowed>
      <OutcomeNotice outcome={outcome} />
      {all && all.total > 0 && (
        <p class="row">
          <ActionsOnAll meant={all.meant} total={all.total} act={act} onChange={reload} />
        </p>
      )}
      <Part of={list}>
        {(data) => <Listed data={data} meant={meant} total={all?.total ?? data.total} act={act} />}
      </Part>
      <More of={list} />
    </>
  );
}

/** How many are meant now, and up to which: those that come later are not. */
function allMeant({ items }: DeadLetterGroups, meant: Meant) {
  const ours = items.filter(
    ({ stream, group, type, cause }) =>
      stream === meant.stream &&
      group === meant.group &&
      (meant.cause === undefined || (type === meant.type && cause === meant.cause)),
  );
  const total = ours.reduce((sum, one) => sum + one.count, 0);
  const newest = ours
    .toSorted((a, b) => a.lastAt - b.lastAt || sequenceOf(a.lastId) - sequenceOf(b.lastId))
    .at(-1);
  return { total, meant: { ...meant, ...(newest && { upTo: newest.lastId }) } };
}

const sequenceOf = (id: string) => Number(id.split('-')[1]);

function Where({ meant }: { meant: Meant }) {
  const { stream, group, type, cause } = meant;
  return (
    <div class="dead-where">
      <p>
        <a href="#dead-letters">All causes</a> · {stream} ·{' '}
        {cause === undefined ? group : <a href={listAddress({ stream, group })}>{group}</a>}
      </p>
      {cause !== undefined && (
        <p>
          {type && <code>{type}</code>} <strong>{cause}</strong>
        </p>
      )}
    </div>
  );
}

const COLUMNS = ['Select', 'Key', 'Error', { number: 'Deliveries' }, { number: 'Since' }];

function Listed({
  data: { items },
  meant,
  total,
  act,
}: {
  data: DeadLetterList;
  meant: Meant;
  total: number;
  act: (work: () => Promise<Said>) => Promise<void>;
}) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const chosen = items.map(({ id }) => id).filter((id) => ticked.has(id));
  const tick = (id: string, isTicked: boolean) =>
    setTicked((ids) => new Set(isTicked ? [...ids, id] : [...ids].filter((one) => one !== id)));
  const rows = items.map((letter) => ({
    key: letter.id,
    cells: [
      <input
        type="checkbox"
        checked={ticked.has(letter.id)}
        aria-label={`Select ${letter.id}`}
        onChange={({ currentTarget: { checked } }) => tick(letter.id, checked)}
      />,
      <a class="dead-key" href={oneAddress(meant, letter.id)}>
        {keyOf(letter)}
      </a>,
      letter.error,
      count(letter.attempts),
      <time>{dateTime(letter.lastAt)}</time>,
    ],
  }));
  return (
    <>
      {chosen.length > 0 && can('support') && (
        <ActionsOnChosen meant={meant} chosen={chosen} act={act} />
      )}
      <Table
        caption={`${count(items.length)} of ${letters(total)}, the oldest first`}
        columns={COLUMNS}
        rows={rows}
        none="There are none any more."
      />
    </>
  );
}

/** What the event is about, as far as it says so. */
function keyOf({ id, fields }: DeadLetterResponse): string {
  return fields['key'] || fields['orderId'] || id;
}

function ActionsOnChosen({
  meant,
  chosen,
  act,
}: {
  meant: Meant;
  chosen: readonly string[];
  act: (work: () => Promise<Said>) => Promise<void>;
}) {
  const discard = async () => {
    const question = `Discard ${letters(chosen.length)}? Nobody will ever handle them.`;
    if (!(await confirmed(question, `Discard ${count(chosen.length)}`))) return;
    await act(async () => {
      const { discarded } = await discardIds(meant, chosen);
      const isAll = discarded === chosen.length;
      const rest = isAll ? '' : ` ${count(chosen.length - discarded)} were gone before.`;
      return { kind: isAll ? 'good' : 'warn', text: `${letters(discarded)} discarded.${rest}` };
    });
  };
  const replay = () =>
    act(async () => {
      const { replayed, failed } = await replayIds(meant, chosen);
      const said = sayTried(replayed.length, failed.length);
      const [first] = failed;
      return { ...said, text: first ? `${said.text} ${first.error}` : said.text };
    });
  return (
    <p class="row">
      <button type="button" onClick={() => void replay()}>
        Replay {count(chosen.length)} selected
      </button>
      <button type="button" class="danger" onClick={() => void discard()}>
        Discard {count(chosen.length)} selected
      </button>
    </p>
  );
}
