// Draws backpacks: daypacks, rolltops, rucksacks with a flap, and trekking packs.
import { box, fill, floorShadow, form, line, mirrored, oval } from './pen.ts';
import type { Sketch } from './sketch.ts';

const strap = 'M132 220C78 260 76 430 118 512';

function carrying(s: Sketch): string {
  const side = line(strap, s.accent.deep, 26) + line(strap, s.accent.base, 17);
  return side + mirrored(side) + line('M208 132C208 84 272 84 272 132', s.accent.dark, 13);
}

function daypack(s: Sketch): string {
  return (
    form(
      s,
      'M112 258C112 160 176 124 240 124S368 160 368 258V498Q368 540 326 540H154Q112 540 112 498z',
      {
        patterned: true,
        inside:
          line('M136 300C130 190 190 158 240 158S350 190 344 300', s.main.deep, 6) +
          line(
            'M136 300C130 190 190 158 240 158S350 190 344 300',
            s.accent.light,
            2,
            'stroke-dasharray="4 4"',
          ) +
          fill('M100 496H380V550H100z', s.accent.dark),
      },
    ) +
    form(
      s,
      'M146 372Q146 350 170 350H310Q334 350 334 372V478Q334 502 310 502H170Q146 502 146 478z',
      { colour: s.main.dark, inside: line('M146 386H334', s.main.deep, 6) },
    ) +
    box(302, 380, 9, 32, 4, s.accent.base) +
    box(212, 236, 56, 34, 5, s.accent.base) +
    line('M222 248H258M222 258H246', s.accent.deep, 3)
  );
}

function rolltop(s: Sketch): string {
  const clip = line('M120 190V330', s.accent.deep, 11) + box(109, 262, 22, 32, 5, s.accent.base);
  return (
    form(s, 'M116 196H364L372 506Q370 540 336 540H144Q110 540 108 506z', {
      patterned: true,
      inside:
        line('M240 210V540', s.main.deep, 3, 'opacity=".3"') +
        line('M150 230Q190 270 170 330M330 230Q300 270 316 330', s.main.deep, 9, 'opacity=".16"'),
    }) +
    form(
      s,
      'M108 150Q108 132 126 132H354Q372 132 372 150V184Q372 202 354 202H126Q108 202 108 184z',
      { inside: line('M108 154H372M108 178H372', s.main.deep, 4, 'opacity=".4"'), light: 'fall' },
    ) +
    clip +
    mirrored(clip) +
    form(s, 'M158 398H322V492Q322 506 308 506H172Q158 506 158 492z', {
      colour: s.main.dark,
      inside: line('M158 414H322', s.accent.base, 5),
    }) +
    box(214, 330, 52, 16, 4, s.accent.base)
  );
}

function rucksack(s: Sketch): string {
  const buckle = (x: number): string =>
    box(x, 318, 22, 116, 4, s.accent.base) +
    `<rect x="${x - 7}" y="372" width="36" height="30" rx="5" fill="none" stroke="#cdb27a" stroke-width="6"/>`;
  return (
    form(s, 'M124 190H356Q374 360 368 504Q364 540 330 540H150Q116 540 112 504Q106 360 124 190z', {
      patterned: true,
      inside: fill('M100 490H380V550H100z', s.accent.dark),
    }) +
    form(s, 'M140 420H220V506H140zM260 420H340V506H260z', { colour: s.main.dark }) +
    form(s, 'M114 196C118 144 180 126 240 126S362 144 366 196L372 340Q308 372 240 370T108 340z', {
      patterned: true,
      inside: line(
        'M122 330Q240 368 358 330',
        s.main.deep,
        2.5,
        'stroke-dasharray="8 5" opacity=".7"',
      ),
    }) +
    buckle(169) +
    buckle(289)
  );
}

function trek(s: Sketch): string {
  return (
    form(
      s,
      'M86 350Q70 360 74 480Q80 520 126 514V340zM394 350Q410 360 406 480Q400 520 354 514V340z',
      { colour: s.main.dark },
    ) +
    form(s, 'M128 178H352Q366 360 358 506Q354 540 322 540H158Q126 540 122 506Q114 360 128 178z', {
      patterned: true,
      inside:
        line('M182 200V540M298 200V540', s.accent.deep, 9) +
        box(174, 300, 18, 26, 4, '#d6d9de') +
        box(290, 300, 18, 26, 4, '#d6d9de'),
    }) +
    form(s, 'M158 350H322V476Q322 498 300 498H180Q158 498 158 476z', {
      colour: s.accent.dark,
      inside: line('M158 372Q240 386 322 372', s.main.base, 5),
    }) +
    form(s, 'M110 176Q112 92 240 88T370 176Q372 206 346 212Q240 226 134 212Q108 206 110 176z', {
      inside: line('M150 150H330', s.main.deep, 5),
    }) +
    line('M122 500C90 516 70 540 60 548M358 500C390 516 410 540 420 548', s.accent.deep, 16) +
    line('M372 250 396 500', '#c9ced4', 5) +
    oval(240, 116, 10, 6, s.accent.base)
  );
}

/**
 * Draws a backpack that stands on the floor line.
 * @param s the sketch
 */
export function drawBackpack(s: Sketch): string {
  let shapes = daypack(s);
  if (s.says('rolltop')) shapes = rolltop(s);
  else if (s.says('rucksack')) shapes = rucksack(s);
  else if (s.says('trek')) shapes = trek(s);
  return floorShadow(s, 246, 542, 170) + carrying(s) + shapes;
}
