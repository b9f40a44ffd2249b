// Draws mugs and cups: round walls, a pulled handle, something warm inside.
import { fill, floorShadow, form, line, oval } from './pen.ts';
import type { Sketch } from './sketch.ts';

type Cut = { left: number; right: number; top: number; belly: number; thick: number };

const BOTTOM = 536;

function cutOf(s: Sketch): Cut {
  if (s.says('espresso')) return { left: 142, right: 312, top: 372, belly: 70, thick: 20 };
  if (s.says('tall')) return { left: 124, right: 308, top: 238, belly: 26, thick: 26 };
  if (s.says('bowl')) return { left: 74, right: 346, top: 326, belly: 128, thick: 24 };
  if (s.says('enamel')) return { left: 100, right: 324, top: 302, belly: 14, thick: 18 };
  return { left: 98, right: 320, top: 292, belly: 44 + s.vary(3) * 22, thick: 28 };
}

function handle(s: Sketch, { right, top, belly, thick }: Cut): string {
  const from = top + 44;
  const to = BOTTOM - 44 - belly / 2;
  const reach = right + 64 + (to - from) * 0.28;
  const d = `M${right - 8} ${from}C${reach} ${from - 24} ${reach} ${to + 16} ${right - 14} ${to}`;
  return (
    line(d, s.main.dark, thick) +
    line(d, s.main.base, thick - 8, 'transform="translate(-2 -3)"') +
    line(d, s.main.light, 4, 'opacity=".6" transform="translate(-2 -7)"')
  );
}

const saucer = (s: Sketch): string =>
  oval(228, 538, 176, 22, s.main.dark) +
  oval(228, 532, 176, 21, s.main.light) +
  oval(228, 533, 120, 12, s.main.base);

const steam = (x: number, y: number): string =>
  line(
    `M${x} ${y}c-26-30 24-48 2-86M${x + 40} ${y - 4}c-22-26 20-42 2-72`,
    '#fff',
    7,
    'opacity=".5"',
  );

/**
 * Draws a mug that stands on the floor line.
 * @param s the sketch
 */
export function drawMug(s: Sketch): string {
  const cut = cutOf(s);
  const { left, right, top, belly } = cut;
  const [cx, rx] = [(left + right) / 2, (right - left) / 2];
  const ry = Math.round(rx * 0.17);
  const wall = `M${left} ${top}C${left} ${BOTTOM - belly} ${left + belly * 0.4} ${BOTTOM} ${left + 24 + belly} ${BOTTOM}Q${cx} ${BOTTOM + 8} ${right - 24 - belly} ${BOTTOM}C${right - belly * 0.4} ${BOTTOM} ${right} ${BOTTOM - belly} ${right} ${top}z`;
  const rim = s.says('enamel') ? s.main.deep : s.main.light;
  const chips = s.says('enamel')
    ? fill(`M${left} ${BOTTOM - 16}H${right}V560H${left}z`, s.main.deep)
    : '';
  return (
    floorShadow(s, cx + 18, BOTTOM + 4, rx + 84) +
    (s.says('espresso') ? saucer(s) : '') +
    handle(s, cut) +
    form(s, wall, { patterned: true, light: 'round', inside: chips }) +
    oval(cx, top, rx, ry, rim) +
    oval(cx, top + 1, rx - 7, ry - 5, s.main.deep) +
    oval(cx, top + 9, rx - 14, ry - 11, s.vary(2) ? '#5b3822' : '#a8642c') +
    steam(cx - 20, top - 6)
  );
}
