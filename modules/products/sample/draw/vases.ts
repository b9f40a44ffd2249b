// Draws vases and jugs, each with stems that suit it.
import { mix } from '../palette.ts';
import { fill, floorShadow, form, line, oval } from './pen.ts';
import type { Sketch } from './sketch.ts';

type Cut = { wall: string; mouth: [y: number, rx: number] };

function cutOf(s: Sketch): Cut {
  if (s.says('bottle'))
    return {
      wall: 'M216 268Q222 300 218 336C214 372 150 384 150 456C150 520 176 538 206 538H274C304 538 330 520 330 456C330 384 266 372 262 336Q258 300 264 268z',
      mouth: [268, 24],
    };
  if (s.says('jug'))
    return {
      wall: 'M176 306Q190 340 184 372C150 396 140 430 142 470C146 520 176 538 200 538H282C306 538 336 520 340 470C342 430 330 396 298 372Q292 340 300 306z',
      mouth: [306, 62],
    };
  if (s.says('cylinder'))
    return {
      wall: 'M172 282V516Q172 538 194 538H286Q308 538 308 516V282z',
      mouth: [282, 68],
    };
  if (s.says('poppy'))
    return {
      wall: 'M202 338Q212 354 200 366C150 380 128 416 130 452C132 510 180 538 204 538H276C300 538 348 510 350 452C352 416 330 380 280 366Q268 354 278 338z',
      mouth: [338, 38],
    };
  return {
    wall: 'M192 300Q204 326 190 338C140 350 116 380 122 416C130 480 180 538 204 538H276C300 538 350 480 358 416C364 380 340 350 290 338Q276 326 288 300z',
    mouth: [300, 48],
  };
}

const greens = ['#5d7a57', '#7f8f5e', '#8a7a4f', '#55756e'];

/** Leaves in pairs along a stem from the mouth up to a tip. */
function stem(
  y: number,
  tip: [x: number, y: number],
  leaf: number,
): { stalk: string; leaves: string } {
  const [tx, ty] = tip;
  let leaves = '';
  for (let step = 1; step <= 6; step++) {
    const t = step / 6.2;
    const x = Math.round(240 + (tx - 240) * t * t);
    const at = Math.round(y + (ty - y) * t);
    const size = Math.round(leaf * (1.15 - t * 0.5));
    leaves += `M${x} ${at}q${size}-${size * 0.9} ${size * 1.7}-${size * 0.5}q-${size * 0.6} ${size * 0.8}-${size * 1.7} ${size * 0.5}`;
    leaves += `M${x} ${at}q-${size}-${size * 0.9}-${size * 1.7}-${size * 0.5}q${size * 0.6} ${size * 0.8} ${size * 1.7} ${size * 0.5}`;
  }
  const bend = Math.round((y + ty) / 2);
  return { stalk: `M240 ${y + 20}Q242 ${bend} ${tx} ${ty}`, leaves };
}

function bouquet(s: Sketch, y: number): string {
  const green = greens[s.vary(greens.length)] ?? '#5d7a57';
  const tall = 86 + s.vary(40);
  const tips: [number, number][] = [
    [160 + s.vary(24), tall + 40],
    [246, tall],
    [316 + s.vary(28), tall + 30],
  ];
  const stems = tips.map((tip) => stem(y, tip, 15 + s.vary(6)));
  const blossoms = tips
    .map(
      ([x, top]) =>
        oval(x, top, 15, 14, s.accent.base) + oval(x - 3, top - 3, 6, 5, s.accent.light),
    )
    .join('');
  return (
    line(stems.map(({ stalk }) => stalk).join(''), mix(green, '#2b2a20', 0.3), 4) +
    fill(stems.map(({ leaves }) => leaves).join(''), green) +
    (s.vary(3) ? blossoms : '')
  );
}

/**
 * Draws a vase with stems that stands on the floor line.
 * @param s the sketch
 */
export function drawVase(s: Sketch): string {
  const { wall, mouth } = cutOf(s);
  const [y, rx] = mouth;
  const ry = Math.max(6, Math.round(rx * 0.16));
  const ear = 'M290 338C390 316 386 440 326 446';
  return (
    floorShadow(s, 246, 540, 150) +
    (s.says('jug') ? line(ear, s.main.dark, 22) + line(ear, s.main.base, 14) : '') +
    oval(240, y, rx, ry, s.main.deep) +
    bouquet(s, y) +
    form(s, wall, { patterned: true, light: 'round' }) +
    line(`M${240 - rx} ${y}A${rx} ${ry} 0 0 0 ${240 + rx} ${y}`, s.main.light, 4)
  );
}
