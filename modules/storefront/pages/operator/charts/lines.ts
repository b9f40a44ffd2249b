/** What the charts of the last hour show, made of what the API gives. */
import type { MetricsResponse } from '../../../../../src/http/admin/api.ts';
import type { Line } from '../../components/chart.tsx';

type StreamMetrics = MetricsResponse['streams'][number];
type GroupMetrics = StreamMetrics['groups'][number];
type Measure = Exclude<keyof GroupMetrics, 'group'>;

/** A group as it is chosen, with its stream. */
interface Chosen {
  stream: string;
  of: GroupMetrics;
}

/** The streams that are looked at: all, or the one that is named. */
export function streamsOf({ streams }: MetricsResponse, stream: string): StreamMetrics[] {
  return streams.filter((one) => stream === '' || one.stream === stream);
}

/** The groups that are looked at. */
export function groupsOf(streams: readonly StreamMetrics[], group: string): Chosen[] {
  return streams.flatMap(({ stream, groups }) =>
    groups.filter((one) => group === '' || one.group === group).map((of) => ({ stream, of })),
  );
}

/** What most names end with says nothing, and there are many of them. */
const short = (stream: string): string => stream.replace(/_STREAM$/, '');

/** A line for each group, named with its stream where there are several. */
export function linesOf(chosen: readonly Chosen[], measure: Measure): Line[] {
  const isOne = new Set(chosen.map(({ stream }) => stream)).size === 1;
  return chosen.map(({ stream, of }) => ({
    label: isOne ? of.group : `${of.group} of ${short(stream)}`,
    points: of[measure],
  }));
}

/** One line for all groups together; a step is unknown where it is unknown of all. */
export function sumOf(chosen: readonly Chosen[], measure: Measure, label: string): Line {
  const steps = Math.max(0, ...chosen.map(({ of }) => of[measure].length));
  const points = Array.from({ length: steps }, (_, step) =>
    chosen.reduce<number | null>((sum, { of }) => {
      const value = of[measure][step] ?? null;
      return value === null ? sum : (sum ?? 0) + value;
    }, null),
  );
  return { label, points };
}
