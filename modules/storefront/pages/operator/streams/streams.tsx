/** The streams with their groups as they are now; one stream with its entries; one group. */
import { Loading, Notice } from '../../components/states.tsx';
import { Table } from '../../components/table.tsx';
import { count, counted, duration, timeOfDay } from '../../lib/format.ts';
import { isLive, snapshot, trouble, type Snapshot } from '../live.ts';
import type { SectionProps } from '../parts.tsx';
import { Entries } from './entries.tsx';
import { hashOf, hashOfGroup } from './filters.ts';
import { Group } from './group.tsx';
import { HealthPill } from '../../components/health.tsx';
import { DeadLettersLink, Path } from './links.tsx';

export function Streams({ rest: [stream, group, query] }: SectionProps) {
  if (!stream) return <All />;
  if (group) return <Group key={`${stream}/${group}`} stream={stream} group={group} />;
  return (
    <>
      <Path stream={stream} />
      <Groups stream={stream} />
      <Entries key={stream} stream={stream} query={query} />
    </>
  );
}

function All() {
  const now = snapshot.value;
  if (!now)
    return trouble.value === undefined ? (
      <Loading text="One moment…" />
    ) : (
      <Notice kind="bad">{trouble.value}</Notice>
    );
  return (
    <>
      <p class="fine">
        {isLive.value ? 'Live.' : `Not live at the moment; this was so at ${timeOfDay(now.at)}.`}{' '}
        Lag: entries that a group has not been given yet.
      </p>
      {now.streams.map((stream) => (
        <StreamTable key={stream.stream} stream={stream} />
      ))}
    </>
  );
}

function Groups({ stream }: { stream: string }) {
  const found = snapshot.value?.streams.find((one) => one.stream === stream);
  return found ? <StreamTable stream={found} /> : null;
}

const COLUMNS = [
  'Group',
  'State',
  { number: 'Lag' },
  { number: 'Pending' },
  { number: 'Oldest' },
  { number: 'Consumers' },
  { number: 'A second' },
  { number: 'Dead letters' },
];

type Stream = Snapshot['streams'][number];

function StreamTable({ stream: { stream, length, perSecond, groups } }: { stream: Stream }) {
  const rows = groups.map((of) => ({
    key: of.group,
    cells: [
      <a href={hashOfGroup(stream, of.group)}>
        <strong>{of.group}</strong>
      </a>,
      <HealthPill health={of.health} advice={of.advice} />,
      of.lag === null ? 'unknown' : count(of.lag),
      count(of.pending),
      of.oldestUnacknowledgedMs === null ? '–' : duration(of.oldestUnacknowledgedMs),
      count(of.consumers),
      count(of.perSecond),
      of.deadLetters === 0 ? '0' : <DeadLettersLink stream={stream} group={of} />,
    ],
  }));
  return (
    <>
      <h3>
        <a href={hashOf(stream)}>{stream}</a>
      </h3>
      <Table
        caption={`Groups of ${stream}: ${counted(length, 'entry', 'entries')}, ${count(perSecond)} a second`}
        columns={COLUMNS}
        rows={rows}
        none="No group reads it."
      />
    </>
  );
}
