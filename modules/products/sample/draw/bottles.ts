// Draws bottles, flasks and tumblers.
import { box, floorShadow, form, line } from './pen.ts';
import type { Sketch } from './sketch.ts';

const steel = '#c9ced4';

function flask(s: Sketch): string {
  return (
    form(
      s,
      'M162 268Q162 246 184 242H296Q318 246 318 268V514Q318 538 294 538H186Q162 538 162 514z',
      {
        patterned: true,
        light: 'round',
      },
    ) +
    form(s, 'M176 140Q176 128 190 128H290Q304 128 304 140V236H176z', {
      colour: steel,
      light: 'round',
    }) +
    box(168, 232, 144, 14, 5, s.main.deep) +
    line('M318 290C372 290 372 452 318 452', s.main.deep, 13) +
    box(162, 500, 156, 8, 0, steel)
  );
}

function tumbler(s: Sketch): string {
  const straw = s.vary(2)
    ? line('M262 214 286 92', s.accent.dark, 12) + line('M261 214 285 92', s.accent.light, 4)
    : '';
  return (
    straw +
    form(s, 'M150 232H330L306 518Q304 538 284 538H196Q176 538 174 518z', {
      patterned: true,
      light: 'round',
    }) +
    form(
      s,
      'M144 204Q144 192 158 192H322Q336 192 336 204V232Q336 240 328 240H152Q144 240 144 232z',
      {
        colour: s.accent.dark,
        light: 'round',
      },
    ) +
    box(208, 184, 60, 12, 6, s.accent.deep)
  );
}

function bottle(s: Sketch): string {
  const slim = s.says('studio') ? 14 : 0;
  const [left, right] = [164 + slim, 316 - slim];
  const loop = 'M212 150C196 86 284 86 268 150';
  return (
    line(loop, s.accent.deep, 14) +
    line(loop, s.accent.base, 8) +
    form(s, 'M204 144H276Q282 144 282 152V196H198V152Q198 144 204 144z', {
      colour: s.accent.dark,
      light: 'round',
    }) +
    box(200, 194, 80, 12, 3, steel) +
    form(
      s,
      `M206 204H274C276 236 ${right} 240 ${right} 288V514Q${right} 538 ${right - 24} 538H${left + 24}Q${left} 538 ${left} 514V288C${left} 240 204 236 206 204z`,
      {
        patterned: true,
        light: 'round',
      },
    )
  );
}

function squeezer(s: Sketch): string {
  return (
    form(s, 'M222 118H258L264 160H216z', { colour: s.accent.base, light: 'round' }) +
    form(s, 'M188 158H292Q306 160 306 176V210H174V176Q174 160 188 158z', {
      colour: s.accent.dark,
      light: 'round',
    }) +
    form(
      s,
      'M166 210H314Q322 300 300 350Q322 400 316 514Q314 538 290 538H190Q166 538 164 514Q158 400 180 350Q158 300 166 210z',
      {
        patterned: true,
        light: 'round',
      },
    ) +
    line('M282 440H300M282 470H300M282 500H300', s.main.deep, 3, 'opacity=".5"')
  );
}

/**
 * Draws a bottle that stands on the floor line.
 * @param s the sketch
 */
export function drawBottle(s: Sketch): string {
  let shapes = bottle(s);
  if (s.says('flask')) shapes = flask(s);
  else if (s.says('tumbler')) shapes = tumbler(s);
  else if (s.says('sprint')) shapes = squeezer(s);
  return floorShadow(s, 248, 541, 130) + shapes;
}
