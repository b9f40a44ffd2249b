// The patterns that cloth and glaze are printed with, as SVG patterns in the accent colour.
import { box, fill, line, oval } from './pen.ts';
import type { Pattern, Sketch } from './sketch.ts';

type Tile = { width: number; height: number; shapes: string; turn?: number };

const flecks: [x: number, y: number, r: number][] = [
  [6, 9, 2.4],
  [22, 30, 1.6],
  [39, 14, 2],
  [50, 39, 2.6],
  [31, 45, 1.4],
  [12, 41, 1.8],
];

const LEAVES =
  'M6 34Q8 6 34 6Q34 30 6 34zM66 70Q42 66 42 40Q66 44 66 70zM44 12q16-6 22 8-14 8-22-8zM8 50q2-10 16-6-2 14-16 6z';

const tiles: Record<Exclude<Pattern, 'block'>, (s: Sketch, ink: string) => Tile> = {
  pinstripe: (_, ink) => ({ width: 20, height: 20, shapes: box(9, 0, 2.5, 20, 0, ink) }),
  stripe: (s, ink) => {
    const height = 36 + s.vary(3) * 6;
    return { width: 20, height, shapes: box(0, 8, 20, Math.round(height * 0.42), 0, ink) };
  },
  dots: (s, ink) => {
    const r = 5 + s.vary(3);
    return { width: 40, height: 40, shapes: oval(10, 10, r, r, ink) + oval(30, 30, r, r, ink) };
  },
  check: (s, ink) => {
    const bands = `<g opacity=".5">${box(0, 0, 24, 52, 0, ink)}${box(0, 0, 52, 24, 0, ink)}</g>`;
    const threads = box(36, 0, 2.5, 52, 0, s.third.deep) + box(0, 36, 52, 2.5, 0, s.third.deep);
    return { width: 52, height: 52, shapes: bands + threads };
  },
  fleck: (_, ink) => ({
    width: 57,
    height: 49,
    shapes: flecks.map(([x, y, r]) => oval(x, y, r, r, ink)).join(''),
  }),
  chevron: (_, ink) => ({
    width: 48,
    height: 38,
    shapes: line('M-6 30 24 6 54 30', ink, 11),
  }),
  leaf: (s, ink) => ({
    width: 72,
    height: 72,
    turn: 18,
    shapes: fill(LEAVES, ink) + line('M6 34 26 13M66 70 48 48', s.main.base, 1.8),
  }),
};

/**
 * The product's pattern as a definition with the id `print`; empty for a plain product.
 * @param s the sketch
 */
export function printDefinition(s: Sketch): string {
  if (!s.pattern) return '';
  if (s.pattern === 'block') {
    return `<linearGradient id="${s.id('print')}" gradientUnits="userSpaceOnUse" x1="0" x2="0" y1="0" y2="640"><stop offset=".56" stop-color="${s.accent.base}" stop-opacity="0"/><stop offset=".562" stop-color="${s.accent.base}"/></linearGradient>`;
  }
  const { width, height, shapes, turn = 0 } = tiles[s.pattern](s, s.accent.base);
  return `<pattern id="${s.id('print')}" width="${width}" height="${height}" patternUnits="userSpaceOnUse" patternTransform="rotate(${turn})">${shapes}</pattern>`;
}
