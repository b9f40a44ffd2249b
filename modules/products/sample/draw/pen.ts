// The strokes that all drawings are made of: flat shapes, lines, and shaded forms with a pattern inside.
import type { Sketch } from './sketch.ts';

const CANVAS = 'M0 0H480V640H0z';

/** A filled path. */
export const fill = (d: string, colour: string, more = ''): string =>
  `<path d="${d}" fill="${colour}"${more && ` ${more}`}/>`;

/** A line with round ends; `width` is in canvas units. */
export const line = (d: string, colour: string, width = 3, more = ''): string =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"${more && ` ${more}`}/>`;

/** A filled ellipse. */
export const oval = (cx: number, cy: number, rx: number, ry: number, colour: string): string =>
  `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="${colour}"/>`;

/** A filled rectangle with rounded corners. */
export const box = (
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
  colour: string,
): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${colour}"/>`;

/** The shapes again, mirrored at the canvas's vertical middle. */
export const mirrored = (shapes: string): string =>
  `<g transform="matrix(-1 0 0 1 480 0)">${shapes}</g>`;

/** A soft shadow on the floor under something that stands at `y`. */
export const floorShadow = (s: Sketch, cx: number, y: number, rx: number): string =>
  oval(cx, y, rx, Math.round(rx * 0.13), `url(#${s.id('floor')})`);

export type FormOptions = {
  colour?: string;
  /** Whether the product's pattern shows on this form. */
  patterned?: boolean;
  /** Details that are cut off at the form's edge. */
  inside?: string;
  light?: 'side' | 'round' | 'fall';
};

/**
 * A shaded form: a silhouette with colour, pattern, details and light clipped to it.
 * @param s the sketch
 * @param d the silhouette's path data
 * @param options `colour` defaults to the product's main colour, `light` to light from the left
 */
export function form(s: Sketch, d: string, options: FormOptions = {}): string {
  const { colour = s.main.base, patterned = false, inside = '', light = 'side' } = options;
  const clip = s.nextId();
  const printed = patterned && s.pattern ? fill(CANVAS, `url(#${s.id('print')})`) : '';
  return `<clipPath id="${clip}"><path d="${d}"/></clipPath><g clip-path="url(#${clip})">${fill(CANVAS, colour)}${printed}${inside}${fill(d, `url(#${s.id(light)})`)}</g>`;
}
