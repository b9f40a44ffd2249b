/** Draws a chart by uPlot, in the colours of the page as they are when it is drawn. */
import uPlot from 'uplot';

/** How many colours there are: `--chart-1` and on; lines beyond are dashed. */
const COLOURS = 8;
const HEIGHT = 220;
const FONT = '12px system-ui, sans-serif';
/** About the width of a character of a label, in px. */
const CHARACTER = 7;

/** What labels of the x axis may be apart. */
const STEPS = {
  time: [10, 30, 60, 120, 300, 600, 900, 1800].map((seconds) => seconds * 1000),
  numbers: [1, 2, 7, 14, 28, 56, 112],
};

/** A line, or the bars, of a chart. */
export interface Line {
  label: string;
  /** A value for each place on the x axis; null where there is none. */
  points: readonly (number | null)[];
}

export interface PlotOptions {
  kind: 'lines' | 'bars';
  /** What the places of the x axis are: ms since the epoch, or numbers from 0. */
  x: 'time' | 'numbers';
  labels: readonly string[];
  /** Writes a value of the y axis. */
  format: (value: number) => string;
  /** Writes a place of the x axis. */
  formatX: (x: number) => string;
  /** Gets the index that the cursor is at, or null. */
  onCursor: (index: number | null) => void;
  /** Gets whether a part of the x axis alone is shown. */
  onZoom: (isZoomed: boolean) => void;
}

export interface Plot {
  /** Puts other values in place; what is zoomed into stays. */
  set: (xs: readonly number[], lines: readonly Line[]) => void;
  show: (line: number, isShown: boolean) => void;
  /** Shows the whole x axis. */
  reset: () => void;
  /** Draws again, as where the colours have changed. */
  redraw: () => void;
  destroy: () => void;
}

/** The class that gives a line its colour, in the legend too. */
export const colourOf = (line: number): number => (line % COLOURS) + 1;

/** Draws into an element, as wide as that is. */
export function createPlot(element: HTMLElement, options: PlotOptions): Plot {
  const { kind, x, labels, format, formatX, onCursor, onZoom } = options;
  const colour = (name: string) => () =>
    getComputedStyle(element).getPropertyValue(`--${name}`).trim();
  const grid = { stroke: colour('line'), width: 1 };
  const axis = { stroke: colour('muted'), font: FONT, grid, ticks: grid };
  let isZoomed = false;
  let xs: readonly number[] = [];

  const bars = kind === 'bars' ? uPlot.paths.bars!({ size: [0.7, 48] }) : undefined;
  const series = labels.map((label, i) => {
    const stroke = colour(`chart-${colourOf(i)}`);
    return {
      label,
      stroke,
      width: 1.75,
      points: { size: 5, fill: stroke, ...(bars && { show: false }) },
      ...(bars && { paths: bars, fill: stroke }),
      ...(i >= COLOURS && { dash: [6, 4] }),
    };
  });
  const plot = new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, points: { size: 7 }, drag: { x: true, y: false } },
      scales: {
        x: { time: false, ...(bars && { range: (_plot, min, max) => [min - 0.5, max + 0.5] }) },
        y: { range: (_plot, _min, max) => [Math.min(0, _min ?? 0), max > 0 ? max * 1.08 : 1] },
      },
      axes: [
        {
          ...axis,
          space: 64,
          incrs: STEPS[x],
          // Between two numbers, and beyond the ends, there is nothing.
          values: (_plot, splits) =>
            splits.map((place) => (x === 'time' || xs.includes(place) ? formatX(place) : '')),
        },
        {
          ...axis,
          values: (_plot, splits) => splits.map(format),
          size: (_plot, values) =>
            20 + CHARACTER * Math.max(3, ...(values ?? []).map((value) => value.length)),
        },
      ],
      series: [{}, ...series],
      hooks: {
        setCursor: [({ cursor: { idx } }) => onCursor(idx ?? null)],
        setSelect: [
          ({ select }) => {
            isZoomed ||= select.width > 0;
            onZoom(isZoomed);
          },
        ],
      },
    },
    [[], ...labels.map(() => [])],
    element,
  );
  // A double click shows all again.
  plot.over.addEventListener('dblclick', () => onZoom((isZoomed = false)));
  const resizing = new ResizeObserver(() =>
    plot.setSize({ width: element.clientWidth, height: HEIGHT }),
  );
  resizing.observe(element);

  function showAll(): void {
    const [first, last] = [xs[0], xs.at(-1)];
    if (first !== undefined && last !== undefined) plot.setScale('x', { min: first, max: last });
  }

  return {
    set(now, lines) {
      xs = now;
      const data = [[...now], ...lines.map(({ points }) => [...points])] as uPlot.AlignedData;
      plot.setData(data, !isZoomed);
      // Nothing is scaled anew where a part is looked at, but what is drawn there may have changed.
      if (isZoomed) plot.redraw(true, false);
    },
    show: (line, isShown) => plot.setSeries(line + 1, { show: isShown }),
    reset() {
      isZoomed = false;
      onZoom(false);
      showAll();
    },
    redraw: () => plot.redraw(false, true),
    destroy() {
      resizing.disconnect();
      plot.destroy();
    },
  };
}
