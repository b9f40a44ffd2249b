/** One group of a stream: how it is, what it has pending, and what an operator does to it. */
import type { GroupPending } from '../../../../../src/http/admin/api.ts';
import { Figures, Table } from '../../components/table.tsx';
import { count, dateTime, duration } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { ask } from '../call.ts';
import { snapshot } from '../live.ts';
import { Allowed, Part, useRepeat } from '../parts.tsx';
import { hashOf, pathOfGroup } from './filters.ts';
import { GroupActions } from './group-actions.tsx';
import { HealthPill } from '../../components/health.tsx';
import { DeadLettersLink, Path } from './links.tsx';

const EVERY_MS = 2000;

export function Group({ stream, group }: { stream: string; group: string }) {
  const path = pathOfGroup(stream, group);
  const detail = useLoaded(() => ask<GroupPending>(`${path}/pending`), [path]);
  useRepeat(detail.reload, EVERY_MS);
  return (
    <>
      <Path stream={stream} group={group} />
      <GroupHealth stream={stream} group={group} />
      <Part of={detail}>
        {(now) => (
          <>
            <State of={now} />
            <Allowed to="admin">
              <GroupActions of={now} onChange={detail.reload} />
            </Allowed>
            <Consumers of={now} />
            <Oldest of={now} />
          </>
        )}
      </Part>
    </>
  );
}

/** Its health, as the feed says it. */
function GroupHealth({ stream, group }: { stream: string; group: string }) {
  const found = snapshot.value?.streams
    .find((one) => one.stream === stream)
    ?.groups.find((one) => one.group === group);
  if (!found) return null;
  return (
    <p>
      <HealthPill health={found.health} advice={found.advice} />
    </p>
  );
}

function State({ of }: { of: GroupPending }) {
  const { stream, group, lag, pending, pausedAt, consumerCount, lastDelivered } = of;
  return (
    <Figures
      values={{
        Lag: lag === null ? 'unknown' : count(lag),
        Pending: count(pending),
        'Dead letters': <DeadLettersLink stream={stream} group={of} />,
        Consumers: count(consumerCount),
        'Given up to': (
          <a href={hashOf(stream, { to: lastDelivered, order: 'newest' })}>
            <small>{lastDelivered}</small>
          </a>
        ),
        ...(pausedAt !== null && { 'Paused since': <small>{dateTime(pausedAt)}</small> }),
      }}
      key={group}
    />
  );
}

function Consumers({ of: { consumers, consumerCount } }: { of: GroupPending }) {
  const rows = consumers.map(({ consumer, pending, idleMs, oldestIdleMs, maxDeliveries }) => ({
    key: consumer,
    cells: [
      <code>{consumer}</code>,
      count(pending),
      duration(idleMs),
      oldestIdleMs === null ? '–' : duration(oldestIdleMs),
      maxDeliveries === null ? '–' : count(maxDeliveries),
    ],
  }));
  const more = consumerCount > consumers.length ? `, ${consumers.length} of which are shown` : '';
  return (
    <Table
      caption={`Consumers: ${count(consumerCount)}${more}`}
      columns={[
        'Consumer',
        { number: 'Pending' },
        { number: 'Silent for' },
        { number: 'Longest without renewal' },
        { number: 'Most deliveries' },
      ]}
      rows={rows}
      none="Nobody reads as this group."
    />
  );
}

function Oldest({ of: { stream, oldest, pending } }: { of: GroupPending }) {
  if (oldest.length === 0) return null;
  const rows = oldest.map(({ id, consumer, idleMs, deliveries }) => ({
    key: id,
    cells: [
      <a href={hashOf(stream, { from: id, to: id, order: 'newest' })}>{id}</a>,
      <code>{consumer}</code>,
      duration(idleMs),
      count(deliveries),
    ],
  }));
  return (
    <Table
      caption={`Pending: the oldest ${count(oldest.length)} of ${count(pending)}`}
      columns={['Entry', 'Consumer', { number: 'Not renewed for' }, { number: 'Deliveries' }]}
      rows={rows}
    />
  );
}
