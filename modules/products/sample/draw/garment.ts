// What garments share: the hanger, sleeves and rows of buttons.
import { fill, form, type FormOptions, line, mirrored, oval } from './pen.ts';
import type { Sketch } from './sketch.ts';

const wood = '#b98d5e';

/** A wooden hanger whose shoulders lie at y 150. */
export const hanger = (): string =>
  line('M240 118V92C240 76 262 78 262 62S240 40 228 54', '#8b8f96', 6) +
  line('M132 182Q216 124 240 120T348 182', wood, 14) +
  line('M136 178Q216 121 240 117', '#dcb78a', 4);

/** A hanger with two clips for trousers. */
export const clipHanger = (): string =>
  line('M240 96V78C240 62 262 64 262 48S240 26 228 40', '#8b8f96', 6) +
  line('M128 100H352', wood, 13) +
  line('M128 97H352', '#dcb78a', 4) +
  fill('M156 92h26v40h-26zM298 92h26v40h-26z', '#8b8f96');

/** The same sleeve on both sides. */
export function sleeves(s: Sketch, d: string, options: FormOptions = {}): string {
  return form(s, d, options) + mirrored(form(s, d, { ...options, light: 'fall' }));
}

/** Buttons down the middle at `x`, evenly from `from` to `to`. */
export function buttons(
  x: number,
  from: number,
  to: number,
  count: number,
  colour: string,
): string {
  const gap = (to - from) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, i) =>
    oval(x, Math.round(from + gap * i), 5, 5, colour),
  ).join('');
}

/** Soft folds in cloth, as darker strokes. */
export const folds = (d: string, colour: string): string => line(d, colour, 10, 'opacity=".16"');
