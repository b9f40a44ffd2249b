/** All modules in words: how each fares, what to do about it, and which processes run it. */
import type { ModuleSnapshot } from '../../../../../src/http/admin/api.ts';
import { HealthPill } from '../../components/health.tsx';
import { Table } from '../../components/table.tsx';
import { count, dateTime } from '../../lib/format.ts';
import { hashOf } from './drawing.tsx';
import type { Reader, World } from './graph.ts';
import { processesOrLast, rate } from './words.ts';

export function ModuleList({ world, chosen }: { world: World; chosen: string | undefined }) {
  const foreign = world.readers.filter(({ group }) => world.foreign.includes(group.group));
  return (
    <ul class="map-list" aria-label="Modules">
      {world.modules.map((one) => (
        <li key={one.module} data-health={one.health}>
          <a
            href={hashOf('map', one.module)}
            aria-current={one.module === chosen ? 'true' : undefined}
          >
            {one.module}
          </a>
          <HealthPill health={one.health} advice={one.advice} />
          <span class="fine">{processesOrLast(one)}</span>
        </li>
      ))}
      {foreign.map(({ key, stream, group }) => (
        <li key={key} data-health={group.health}>
          <a href={hashOf('streams', stream, group.group)}>
            {group.group} on {stream}
          </a>
          <HealthPill health={group.health} advice={group.advice} />
          <span class="fine">none of our modules</span>
        </li>
      ))}
    </ul>
  );
}

/** One module: its processes, and the groups with which it reads. */
export function ModulePanel({ module, world }: { module: ModuleSnapshot; world: World }) {
  const { module: name, health, advice, instances, writes } = module;
  const readers = world.readers.filter(({ group }) => group.group === name);
  return (
    <>
      <p>
        <HealthPill health={health} advice={advice} />
      </p>
      {writes !== null && (
        <p>
          Writes <a href={hashOf('streams', writes)}>{writes}</a>.
        </p>
      )}
      <Table
        caption="Processes"
        columns={['Address', 'Version', 'Since', 'What does not work']}
        rows={instances.map((one) => ({
          key: one.id,
          cells: [
            one.url || 'does not listen',
            one.version ?? 'unknown',
            one.startedAt === null ? 'unknown' : <time>{dateTime(one.startedAt)}</time>,
            one.failing.length === 0 ? 'nothing' : one.failing.join(' '),
          ],
        }))}
        none="No process runs it."
      />
      <Table
        caption="Reads"
        columns={[
          'Stream',
          'State',
          { number: 'Rate' },
          { number: 'Wait' },
          { number: 'Dead letters' },
        ]}
        rows={readers.map(toRow)}
        none="It reads no stream."
      />
    </>
  );
}

function toRow({ key, stream, group }: Reader) {
  const { group: name, lag, pending, deadLetters, perSecond } = group;
  return {
    key,
    cells: [
      <a href={hashOf('streams', stream, name)}>{stream}</a>,
      <HealthPill health={group.health} />,
      rate(perSecond),
      lag === null ? 'unknown' : count(lag + pending),
      deadLetters === 0 ? (
        '0'
      ) : (
        <a href={hashOf('dead-letters', stream, name)}>{count(deadLetters)}</a>
      ),
    ],
  };
}
