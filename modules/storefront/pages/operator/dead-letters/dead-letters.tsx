/** Dead letters: what no handler could take, by cause; a list of those of one cause; one of them. */
import { useEffect } from 'preact/hooks';
import type { DeadLetterGroup, DeadLetterGroups } from '../../../../../src/http/admin/api.ts';
import { Notice } from '../../components/states.tsx';
import { Table } from '../../components/table.tsx';
import { count, dateTime } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { Allowed, Part, type SectionProps } from '../parts.tsx';
import { ActionsOnAll, letters, OutcomeNotice, useAction } from './actions.tsx';
import { getGroups, listAddress, meantBy } from './calls.ts';
import { DeadLetter } from './letter.tsx';
import { DeadLetterListing } from './list.tsx';
import { RunProgress } from './run-progress.tsx';
import { takeUpRun } from './running.ts';
import { useReloadOnChange } from './totals.ts';

const ID = /^\d+-\d+$/;

/** `#dead-letters`, `…/<STREAM>/<group>`, `…/of/<type>/<cause>` behind that, or the id of one. */
export function DeadLetters({ rest: [stream, group, part, type, cause] }: SectionProps) {
  useEffect(takeUpRun, []);
  return (
    <>
      <RunProgress />
      <Shown stream={stream} group={group} part={part} type={type} cause={cause} />
    </>
  );
}

function Shown({
  stream,
  group,
  part = '',
  type,
  cause,
}: Record<'stream' | 'group' | 'part' | 'type' | 'cause', string | undefined>) {
  if (!stream || !group) return <Causes />;
  const place = { stream, group };
  if (ID.test(part))
    return <DeadLetter key={`${stream}/${group}/${part}`} place={place} id={part} />;
  const meant = { ...place, ...(cause !== undefined && { type: type ?? '', cause }) };
  return <DeadLetterListing key={listAddress(meant)} meant={meant} />;
}

function Causes() {
  const groups = useLoaded(getGroups, []);
  useReloadOnChange(groups.reload);
  return (
    <>
      <Allowed to="support">{null}</Allowed>
      <Part of={groups}>{(data) => <CauseTable data={data} reload={groups.reload} />}</Part>
    </>
  );
}

const COLUMNS = [
  'Cause',
  { number: 'Count' },
  'Event',
  'Group',
  { number: 'First seen' },
  { number: 'Last seen' },
];

function CauseTable({
  data: { items, total, others },
  reload,
}: {
  data: DeadLetterGroups;
  reload: () => Promise<void>;
}) {
  const { outcome, act } = useAction(reload);
  const rows = items.map((one) => ({
    key: JSON.stringify([one.stream, one.group, one.type, one.cause]),
    cells: [
      <Cause one={one}>
        <ActionsOnAll meant={meantBy(one)} total={one.count} act={act} onChange={reload} />
      </Cause>,
      count(one.count),
      one.type === '' ? <span class="fine">no type</span> : <code>{one.type}</code>,
      <GroupLink one={one} />,
      <time>{dateTime(one.firstAt)}</time>,
      <time>{dateTime(one.lastAt)}</time>,
    ],
  }));
  return (
    <div class="dead-causes">
      <OutcomeNotice outcome={outcome} />
      {others > 0 && (
        <Notice kind="plain">
          {letters(others)} more have causes too many to be told apart; the lists of their groups
          have them.
        </Notice>
      )}
      <Table
        caption={`${letters(total)} by cause`}
        columns={COLUMNS}
        rows={rows}
        none="There are none: every entry was handled."
      />
    </div>
  );
}

function Cause({ one, children }: { one: DeadLetterGroup; children: preact.ComponentChildren }) {
  return (
    <div class="cause">
      <a href={listAddress(one)}>{one.cause || 'No error was given'}</a>
      {children}
    </div>
  );
}

function GroupLink({ one: { stream, group } }: { one: DeadLetterGroup }) {
  return (
    <>
      <a href={listAddress({ stream, group })}>{group}</a>
      <br />
      <span class="fine">{stream}</span>
    </>
  );
}
