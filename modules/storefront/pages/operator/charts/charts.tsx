/** The charts of the last hour: of all streams and groups, or of the one that the address names. */
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { MetricsResponse } from '../../../../../src/http/admin/api.ts';
import { Chart, type Line } from '../../components/chart.tsx';
import { Choice } from '../../components/checked-fields.tsx';
import { clock, count, rate, shortDuration, timeZone } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { ask } from '../call.ts';
import { Download } from '../download.tsx';
import { Part, useRepeat, type SectionProps } from '../parts.tsx';
import { groupsOf, linesOf, streamsOf, sumOf } from './lines.ts';

/** How often the charts go on, in ms. */
const EVERY_MS = 10_000;

const TIMES = [
  { value: '60', text: 'Last hour' },
  { value: '30', text: '30 minutes' },
  { value: '10', text: '10 minutes' },
];

export function Charts({ rest: [stream = '', group = ''] }: SectionProps) {
  const [minutes, setMinutes] = useState('60');
  const metrics = useLoaded(() => ask<MetricsResponse>('/metrics'), []);
  useRepeat(metrics.reload, EVERY_MS);
  return (
    <Part of={metrics}>
      {(data) => (
        <>
          <Tools metrics={data} stream={stream} group={group}>
            <Choice label="Time" chosen={minutes} options={TIMES} onChange={setMinutes} />
          </Tools>
          <Drawn metrics={data} stream={stream} group={group} minutes={Number(minutes)} />
        </>
      )}
    </Part>
  );
}

interface Looked {
  metrics: MetricsResponse;
  /** The stream and group that are looked at; empty: all. */
  stream: string;
  group: string;
}

/** Looks at one stream, or one group of it. */
function go(...parts: string[]): void {
  location.hash = ['#charts', ...parts.filter(Boolean).map(encodeURIComponent)].join('/');
}

function Tools({ metrics, stream, group, children }: Looked & { children: ComponentChildren }) {
  const groups = new Set(groupsOf(streamsOf(metrics, stream), '').map(({ of }) => of.group));
  return (
    <div class="chart-tools">
      <Choice
        label="Stream"
        chosen={stream}
        options={[
          { value: '', text: 'All' },
          ...metrics.streams.map((one) => ({ value: one.stream })),
        ]}
        onChange={(chosen) => go(chosen)}
      />
      {stream !== '' && (
        <Choice
          label="Group"
          chosen={group}
          options={[{ value: '', text: 'All' }, ...[...groups].map((value) => ({ value }))]}
          onChange={(chosen) => go(stream, chosen)}
        />
      )}
      {children}
      <Download path={`/metrics?format=csv&timeZone=${encodeURIComponent(timeZone())}`}>
        Save as CSV
      </Download>
    </div>
  );
}

function Drawn({ metrics, stream, group, minutes }: Looked & { minutes: number }) {
  const shown = useMemo(() => {
    const first = Math.max(0, metrics.times.length - (minutes * 60_000) / metrics.stepMs);
    const lately = (lines: readonly Line[]): Line[] =>
      lines.map(({ label, points }) => ({ label, points: points.slice(first) }));
    const streams = streamsOf(metrics, stream);
    const chosen = groupsOf(streams, group);
    return {
      times: metrics.times.slice(first),
      added: lately(streams.map(({ stream: label, added }) => ({ label, points: added }))),
      handled: lately(linesOf(chosen, 'handled')),
      lag: lately(linesOf(chosen, 'lag')),
      pending: lately(linesOf(chosen, 'pending')),
      failed: lately([
        sumOf(chosen, 'retried', 'Retried'),
        sumOf(chosen, 'deadLettered', 'Dead-lettered'),
      ]),
      p50: lately(linesOf(chosen, 'p50Ms')),
      p95: lately(linesOf(chosen, 'p95Ms')),
    };
  }, [metrics, stream, group, minutes]);
  const shared = {
    x: 'time' as const,
    xs: shown.times,
    formatX: clock,
    xTitle: `Time (${timeZone()})`,
  };
  const perSecond = { ...shared, format: rate };
  const entries = { ...shared, format: count };
  const ms = { ...shared, format: shortDuration };
  return (
    <div class="charts">
      <Chart
        title="Entries added"
        about="By the second, of each stream"
        lines={shown.added}
        {...perSecond}
      />
      <Chart
        title="Entries handled"
        about="By the second; each attempt counts"
        lines={shown.handled}
        {...perSecond}
      />
      <Chart
        title="Lag"
        about="Entries that a group has not been given yet"
        lines={shown.lag}
        {...entries}
      />
      <Chart
        title="Pending"
        about="Entries given out and not acknowledged"
        lines={shown.pending}
        {...entries}
      />
      <Chart
        title="Failures"
        about="Entries by the second that are tried again, or were given up"
        lines={shown.failed}
        {...perSecond}
      />
      <Chart
        title="Handlers, p50"
        about="What half of their calls took at most"
        lines={shown.p50}
        {...ms}
      />
      <Chart
        title="Handlers, p95"
        about="What 95 of 100 calls took at most"
        lines={shown.p95}
        {...ms}
      />
    </div>
  );
}
