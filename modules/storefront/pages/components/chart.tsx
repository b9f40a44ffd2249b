/** A chart with its legend, which says the values at the cursor, and its figures as a table. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { colourOf, createPlot, type Line, type Plot, type PlotOptions } from './plot.ts';
import { Table } from './table.tsx';

export type { Line };

export interface ChartProps {
  title: string;
  /** What it shows, in a sentence. */
  about?: string;
  kind?: PlotOptions['kind'];
  /** Where the values are on the x axis. */
  x: PlotOptions['x'];
  xs: readonly number[];
  lines: readonly Line[];
  format: (value: number) => string;
  /** Writes a place of the x axis as its labels do, and in full. */
  formatX: (x: number, isFull: boolean) => string;
  /** What the x axis is, as the heading of a column. */
  xTitle: string;
  none?: string;
}

export function Chart({
  title,
  about,
  lines,
  none = 'Nothing is known yet.',
  ...rest
}: ChartProps) {
  const isEmpty = lines.every(({ points }) => points.every((point) => point === null));
  return (
    <figure class="chart panel">
      <figcaption>
        <h3>{title}</h3>
        {about && <p class="fine">{about}</p>}
      </figcaption>
      {isEmpty ? (
        <p class="fine chart-none">{none}</p>
      ) : (
        // Another set of lines is another chart.
        <Drawn
          key={lines.map(({ label }) => label).join('\n')}
          title={title}
          lines={lines}
          {...rest}
        />
      )}
    </figure>
  );
}

type DrawnProps = Omit<ChartProps, 'about' | 'none'>;

function Drawn({ title, kind = 'lines', x, xs, lines, format, formatX, xTitle }: DrawnProps) {
  const canvas = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(null);
  const formats = useRef({ format, formatX });
  formats.current = { format, formatX };
  const [at, setAt] = useState<number | null>(null);
  const [isZoomed, setZoomed] = useState(false);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());

  useEffect(() => {
    const made = createPlot(canvas.current!, {
      kind,
      x,
      labels: lines.map(({ label }) => label),
      format: (value) => formats.current.format(value),
      formatX: (place) => formats.current.formatX(place, false),
      onCursor: setAt,
      onZoom: setZoomed,
    });
    plot.current = made;
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', made.redraw);
    return () => {
      scheme.removeEventListener('change', made.redraw);
      made.destroy();
    };
    // The labels are this component's key.
  }, [kind]);
  useEffect(() => plot.current?.set(xs, lines), [xs, lines]);

  const toggle = (line: number): void => {
    const isShown = hidden.has(line);
    plot.current?.show(line, isShown);
    setHidden(new Set(isShown ? [...hidden].filter((one) => one !== line) : [...hidden, line]));
  };
  const shown = at ?? lastKnown(lines);
  const quiet = lines.length > FEW ? lines.filter(isQuiet).length : 0;
  return (
    <>
      <p class="chart-at">
        <span>{shown !== undefined && xs[shown] !== undefined && formatX(xs[shown], true)}</span>
        {isZoomed && (
          <button type="button" class="link-button" onClick={() => plot.current?.reset()}>
            Show all of it
          </button>
        )}
      </p>
      <ul class="chart-legend">
        {lines.map(
          ({ label, points }, i) =>
            (lines.length <= FEW || !isQuiet({ label, points })) && (
              <li key={label}>
                <button type="button" aria-pressed={!hidden.has(i)} onClick={() => toggle(i)}>
                  <span class={`chart-key chart-key-${colourOf(i)}`} aria-hidden="true" />
                  <span class="chart-label">{label}</span>{' '}
                  <strong>{written(points[shown ?? -1], format)}</strong>
                </button>
              </li>
            ),
        )}
        {quiet > 0 && (
          <li key="quiet" class="fine">
            {quiet} {quiet === lines.length ? 'lines' : 'more'} without anything
          </li>
        )}
      </ul>
      <div
        class="chart-canvas"
        ref={canvas}
        role="img"
        aria-label={`${title}: a chart; its figures are in the table below`}
      />
      <FiguresTable {...{ title, xs, lines, format, formatX, xTitle }} />
    </>
  );
}

/** Lines that a legend has room for, whatever they show. */
const FEW = 5;

const isQuiet = ({ points }: Line): boolean => points.every((point) => !point);

/** The latest place where something is known. */
function lastKnown(lines: readonly Line[]): number | undefined {
  const last = Math.max(...lines.map(({ points }) => points.findLastIndex((one) => one !== null)));
  return last < 0 ? undefined : last;
}

const written = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? '–' : format(value);

/** The figures for whoever does not see the chart; made when they are asked for. */
function FiguresTable({
  title,
  xs,
  lines,
  format,
  formatX,
  xTitle,
}: Pick<DrawnProps, 'title' | 'xs' | 'lines' | 'format' | 'formatX' | 'xTitle'>) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        Figures<span class="unseen"> of {title}</span>
      </summary>
      {isOpen && (
        <Table
          keepsColumns
          caption={title}
          columns={[xTitle, ...lines.map(({ label }) => ({ number: label }))]}
          rows={xs
            .map((place, i) => ({
              key: `${place}`,
              cells: [
                formatX(place, true),
                ...lines.map(({ points }) => written(points[i], format)),
              ],
            }))
            .toReversed()}
        />
      )}
    </details>
  );
}
