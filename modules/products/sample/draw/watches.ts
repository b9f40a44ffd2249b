// Draws watches: a strap, a case and hands, round or square, with a diver's bezel or small dials.
import { box, fill, form, line, oval } from './pen.ts';
import { mix } from '../palette.ts';
import type { Sketch } from './sketch.ts';

const [CX, CY] = [240, 320];

function strap(s: Sketch): string {
  const holes = [500, 526, 552].map((y) => oval(CX, y, 5, 6, s.main.deep)).join('');
  const seam = line(
    'M196 60V236M284 60V236M198 404 206 600M282 404 274 600',
    s.main.light,
    2.5,
    'stroke-dasharray="8 6" opacity=".7"',
  );
  return (
    form(s, 'M184 240 190 40Q192 26 206 26H274Q288 26 290 40L296 240z', {
      patterned: true,
      inside: seam,
      light: 'round',
    }) +
    box(190, 22, 100, 16, 7, '#aab0b7') +
    form(s, 'M184 400H296L286 588Q284 618 240 622Q196 618 194 588z', {
      patterned: true,
      inside: seam + holes,
      light: 'round',
    })
  );
}

/** Marks around the dial; every third is long. */
function marks(colour: string, radius: number): string {
  let [short, long] = ['', ''];
  for (let hour = 0; hour < 12; hour++) {
    const [sin, cos] = [Math.sin((hour * Math.PI) / 6), Math.cos((hour * Math.PI) / 6)];
    const from = hour % 3 ? radius - 9 : radius - 16;
    const d = `M${Math.round(CX + sin * from)} ${Math.round(CY - cos * from)}L${Math.round(CX + sin * radius)} ${Math.round(CY - cos * radius)}`;
    if (hour % 3) short += d;
    else long += d;
  }
  return line(short, colour, 3) + line(long, colour, 6);
}

function hands(s: Sketch, ink: string, second: string): string {
  const minute = s.vary(12) * 30;
  return (
    line(`M240 332V268`, ink, 9, `transform="rotate(${300 + minute / 12} ${CX} ${CY})"`) +
    line(`M240 334V248`, ink, 6, `transform="rotate(${minute + 50} ${CX} ${CY})"`) +
    line(`M240 344V244`, second, 2.5, `transform="rotate(${s.vary(360)} ${CX} ${CY})"`) +
    oval(CX, CY, 8, 8, ink) +
    oval(CX, CY, 3, 3, second)
  );
}

function face(s: Sketch): { dial: string; ink: string; metal: string } {
  const golden = s.says('square', 'almanac', 'librarian', 'meridian');
  const dark = s.says('meridian', 'diver', 'chrono');
  const metal = golden ? '#cdaa63' : '#c3c9d0';
  const dial = dark
    ? mix(s.says('meridian') ? s.accent.base : s.main.base, '#15151c', 0.35)
    : mix(s.accent.light, '#ffffff', 0.72);
  return { dial, ink: dark ? '#f4f1ea' : '#33343c', metal };
}

function round(s: Sketch): string {
  const { dial, ink, metal } = face(s);
  const diver = s.says('diver');
  const chrono = s.says('chrono');
  const ring = (r: number): string =>
    `M${CX - r} ${CY}a${r} ${r} 0 0 1 ${2 * r} 0a${r} ${r} 0 0 1-${2 * r} 0z`;
  const subdial = (x: number, y: number): string =>
    oval(x, y, 19, 19, mix(dial, '#ffffff', 0.16)) +
    line(`M${x} ${y}l${s.vary(14) - 7}-12`, s.accent.base, 2.5);
  return (
    box(346, 304, 22, 32, 6, metal) +
    (chrono ? box(330, 256, 24, 16, 5, metal) + box(330, 368, 24, 16, 5, metal) : '') +
    form(s, ring(114), { colour: diver ? s.main.base : metal }) +
    (diver
      ? `<circle cx="${CX}" cy="${CY}" r="103" fill="none" stroke="${s.accent.light}" stroke-width="9" stroke-dasharray="2 11.5"/>`
      : '') +
    form(s, ring(94), { colour: dial, light: 'fall' }) +
    (chrono ? subdial(204, 320) + subdial(276, 320) + subdial(240, 362) : '') +
    marks(ink, 84) +
    hands(s, ink, s.accent.base === '#f3efe6' ? s.main.base : s.accent.base) +
    fill('M172 262Q206 228 256 230Q196 262 180 330Q160 300 172 262z', '#fff', 'opacity=".14"')
  );
}

function square(s: Sketch): string {
  const { dial, ink, metal } = face(s);
  return (
    box(336, 306, 22, 28, 6, metal) +
    form(
      s,
      'M168 212H312Q340 214 342 242V398Q340 426 312 428H168Q140 426 138 398V242Q140 214 168 212z',
      { colour: metal },
    ) +
    form(
      s,
      'M176 232H304Q320 234 322 250V390Q320 406 304 408H176Q160 406 158 390V250Q160 234 176 232z',
      { colour: dial, light: 'fall' },
    ) +
    line('M240 244V258M240 382V396M170 320H184M296 320H310', ink, 5) +
    (s.says('librarian')
      ? oval(240, 370, 20, 20, mix(dial, '#8a6a44', 0.25)) + line('M240 370l-6-14', ink, 2.5)
      : '') +
    hands(s, ink, s.main.base) +
    fill('M166 240H240L176 360H166z', '#fff', 'opacity=".16"')
  );
}

/**
 * Draws a watch lying flat.
 * @param s the sketch
 */
export function drawWatch(s: Sketch): string {
  return strap(s) + (s.says('square') ? square(s) : round(s));
}
