// Draws blankets over a rail or folded, and cushions: square, round and bolster.
import { box, fill, floorShadow, form, line, oval } from './pen.ts';
import type { Sketch } from './sketch.ts';

function fringe(from: number, to: number, y: number, colour: string): string {
  let d = '';
  for (let x = from + 5; x < to; x += 11) d += `M${x} ${y}l${(x % 3) - 1} 24`;
  return line(d, colour, 3.5);
}

function draped(s: Sketch): string {
  const wood = '#a97c50';
  return (
    line('M96 110V560M384 110V560', wood, 13) +
    line('M70 150H410', wood, 15) +
    line('M70 147H410', '#d2a878', 4) +
    form(s, 'M122 140Q240 128 300 140L306 372H118z', { colour: s.main.deep }) +
    fringe(118, 306, 372, s.main.dark) +
    fringe(136, 372, 508, s.pattern === 'stripe' ? s.accent.base : s.main.dark) +
    form(
      s,
      'M134 142Q250 124 368 142Q380 320 374 500Q340 516 310 506T250 508T190 504T132 508Q126 320 134 142z',
      {
        patterned: true,
        inside:
          fill(
            'M188 150Q200 330 180 520L204 520Q214 330 204 150zM286 150Q280 340 292 520L318 520Q306 340 304 150z',
            s.main.deep,
            'opacity=".2"',
          ) + fill('M224 150Q232 330 222 520L240 520Q246 330 238 150z', '#fff', 'opacity=".14"'),
      },
    )
  );
}

function folded(s: Sketch): string {
  const layer = (y: number, height: number, inset: number): string => {
    const [l, r] = [70 + inset, 410 - inset];
    const d = `M${l + 26} ${y}H${r - 16}Q${r} ${y + 2} ${r} ${y + 18}V${y + height - 18}Q${r} ${y + height} ${r - 16} ${y + height}H${l + 26}Q${l} ${y + height} ${l} ${y + height / 2}T${l + 26} ${y}z`;
    return form(s, d, {
      patterned: true,
      light: 'fall',
      inside: line(`M${l + 34} ${y + height / 2}H${r}`, s.main.deep, 3, 'opacity=".45"'),
    });
  };
  return (
    floorShadow(s, 246, 541, 215) +
    layer(464, 76, 0) +
    layer(390, 76, 6) +
    layer(314, 78, 2) +
    form(s, 'M76 316Q86 268 160 262H340Q408 264 408 316Q380 340 330 330T220 336T120 332T76 316z', {
      patterned: true,
      inside: line(
        'M110 300Q230 280 380 298',
        s.main.deep,
        2,
        'opacity=".4" stroke-dasharray="7 6"',
      ),
    })
  );
}

/**
 * Draws a blanket: quilts and cot blankets lie folded, the others hang over a rail.
 * @param s the sketch
 */
export function drawBlanket(s: Sketch): string {
  return s.says('quilt', 'cot') ? folded(s) : draped(s);
}

function round(s: Sketch): string {
  let pleats = '';
  for (let turn = 0; turn < 24; turn++) {
    const [cos, sin] = [Math.cos(turn * 0.2618), Math.sin(turn * 0.2618)];
    pleats += `M${Math.round(240 + cos * 24)} ${Math.round(366 + sin * 24)}L${Math.round(240 + cos * 172)} ${Math.round(366 + sin * 172)}`;
  }
  return (
    floorShadow(s, 246, 540, 170) +
    form(s, 'M66 366A174 174 0 0 1 414 366A174 174 0 0 1 66 366z', {
      patterned: true,
      inside: line(pleats, s.main.dark, 6, 'opacity=".55"'),
    }) +
    oval(242, 370, 26, 25, s.main.deep) +
    oval(240, 366, 24, 23, s.accent.base) +
    oval(234, 359, 9, 7, s.accent.light)
  );
}

function bolster(s: Sketch): string {
  return (
    floorShadow(s, 246, 528, 220) +
    form(s, 'M100 376H404Q440 380 440 450T404 524H100z', { patterned: true, light: 'fall' }) +
    form(s, 'M100 376A44 74 0 0 0 100 524A44 74 0 0 0 100 376z', { colour: s.main.light }) +
    line(
      'M100 450 76 410M100 450 124 410M100 450 70 464M100 450 130 466M100 450 100 510',
      s.main.dark,
      3,
    ) +
    oval(100, 450, 11, 13, s.accent.dark)
  );
}

function square(s: Sketch): string {
  const edge = 'M72 196Q240 222 408 196Q386 366 410 532Q240 508 70 532Q94 366 72 196z';
  const creases =
    'M84 208Q140 250 150 300M396 208Q346 244 336 290M84 520Q136 480 142 440M398 520Q350 484 342 446';
  return (
    floorShadow(s, 246, 532, 200) +
    form(s, edge, {
      patterned: true,
      inside:
        line(creases, s.main.deep, 9, 'opacity=".16"') + oval(220, 350, 110, 100, '#ffffff16'),
    }) +
    line(edge, s.pattern ? s.accent.dark : s.main.dark, 5) +
    (s.says('floor') ? box(222, 176, 36, 44, 6, s.accent.base) : '')
  );
}

/**
 * Draws a cushion on the floor line.
 * @param s the sketch
 */
export function drawCushion(s: Sketch): string {
  if (s.says('round')) return round(s);
  if (s.says('bolster')) return bolster(s);
  return square(s);
}
