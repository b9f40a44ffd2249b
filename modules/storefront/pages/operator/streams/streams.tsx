/** The streams, and how far each group has read them. */
import type { StreamResponse } from '../../../../../src/http/admin/api.ts';
import { Table } from '../../components/table.tsx';
import { count, duration } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { ask } from '../call.ts';
import { Part, useRepeat, type SectionProps } from '../parts.tsx';

type Group = StreamResponse['groups'][number];

const EVERY_MS = 2000;

export function getStreams(): Promise<{ items: StreamResponse[] }> {
  return ask('/streams');
}

export function Streams(_props: SectionProps) {
  const streams = useLoaded(getStreams, []);
  useRepeat(streams.reload, EVERY_MS);
  return (
    <>
      <p class="fine">Every two seconds anew. Lag: entries that a group has not been given yet.</p>
      <Part of={streams}>
        {({ items }) => items.map((stream) => <StreamTable key={stream.stream} {...stream} />)}
      </Part>
    </>
  );
}

const COLUMNS = [
  'Group',
  { number: 'Lag' },
  { number: 'Pending' },
  { number: 'Oldest pending' },
  { number: 'Consumers' },
  { number: 'Dead letters' },
  'State',
];

function StreamTable({ stream, length, groups }: StreamResponse) {
  const rows = groups.map((group) => ({
    key: group.group,
    cells: [
      <strong>{group.group}</strong>,
      group.lag === null ? 'unknown' : count(group.lag),
      count(group.pending),
      group.oldestUnacknowledgedMs === null ? '–' : duration(group.oldestUnacknowledgedMs),
      count(group.consumers),
      group.deadLetters === 0 ? '0' : <DeadLettersLink stream={stream} group={group} />,
      <State group={group} />,
    ],
  }));
  const caption = `${stream}: ${count(length)} entries`;
  return <Table caption={caption} columns={COLUMNS} rows={rows} none="No group reads it." />;
}

function DeadLettersLink({ stream, group }: { stream: string; group: Group }) {
  const path = [stream, group.group].map(encodeURIComponent).join('/');
  return <a href={`#dead-letters/${path}`}>{count(group.deadLetters)}</a>;
}

function State({ group: { stale, here } }: { group: Group }) {
  if (stale) return <span class="pill pill-bad">Nobody reads it</span>;
  return <span class="pill pill-good">{here ? 'Read here' : 'Read elsewhere'}</span>;
}
