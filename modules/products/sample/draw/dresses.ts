// Draws dresses: slip, shirt, wrap, tiered and a plain skater.
import { buttons, folds, hanger, sleeves } from './garment.ts';
import { box, fill, form, line, mirrored, oval } from './pen.ts';
import type { Sketch } from './sketch.ts';

const shortSleeve =
  'M176 164C146 176 126 206 112 258Q112 264 118 266L160 280Q166 280 168 274L184 232z';

function slip(s: Sketch): string {
  return (
    line('M192 200 206 128M288 200 274 128', s.main.dark, 5) +
    form(
      s,
      'M184 206Q204 184 216 182Q230 204 240 212Q250 204 264 182Q276 184 296 206Q290 280 298 340Q330 450 344 566Q240 592 136 566Q150 450 182 340Q190 280 184 206z',
      {
        patterned: true,
        inside:
          folds(
            'M214 300Q200 440 178 580M262 300Q276 440 292 580M240 380Q236 480 234 590',
            s.main.deep,
          ) + fill('M222 330Q212 450 204 580H216Q226 450 232 330z', '#fff', 'opacity=".2"'),
      },
    )
  );
}

function tiered(s: Sketch): string {
  const tier = (y: number, half: number, depth: number): string =>
    form(
      s,
      `M${240 - half + 18} ${y}Q240 ${y - 10} ${240 + half - 18} ${y}L${240 + half} ${y + depth}Q240 ${y + depth + 22} ${240 - half} ${y + depth}z`,
      {
        patterned: true,
        light: 'fall',
        inside: line(
          Array.from(
            { length: 7 },
            (_, i) =>
              `M${240 + (i - 3) * half * 0.26} ${y + 6}l${(i - 3) * 3} ${24 + (i % 3) * 12}`,
          ).join(''),
          s.main.deep,
          4,
          'opacity=".3"',
        ),
      },
    );
  return (
    line('M200 194 210 130M280 194 270 130', s.main.dark, 10) +
    tier(462, 158, 102) +
    tier(372, 124, 96) +
    tier(288, 92, 92) +
    form(s, 'M188 200Q240 176 292 200Q284 250 300 296Q240 308 180 296Q196 250 188 200z', {
      patterned: true,
      inside: line('M180 288H300', s.main.deep, 4, 'opacity=".4"'),
    })
  );
}

function shirtDress(s: Sketch): string {
  const collar = 'M200 142 240 178 214 208 180 160z';
  return (
    oval(240, 154, 44, 14, s.main.deep) +
    sleeves(s, shortSleeve, {
      patterned: true,
      inside: line('M112 254 166 274', s.main.deep, 3, 'opacity=".5"'),
    }) +
    form(
      s,
      'M198 150Q240 176 282 150L316 166Q322 250 298 318Q346 440 352 556Q240 580 128 556Q134 440 182 318Q158 250 164 166z',
      {
        patterned: true,
        inside:
          folds('M204 340Q176 450 168 570M276 340Q304 450 312 570', s.main.deep) +
          line('M230 190V580M250 190V580', s.main.deep, 2, 'opacity=".4"'),
      },
    ) +
    box(178, 308, 124, 22, 5, s.main.deep) +
    box(226, 304, 28, 30, 5, s.accent.base) +
    form(s, collar, { colour: s.main.light }) +
    mirrored(form(s, collar, { colour: s.main.light })) +
    buttons(240, 220, 292, 3, '#fbf7ee') +
    buttons(240, 364, 530, 5, '#fbf7ee')
  );
}

function wrap(s: Sketch): string {
  return (
    oval(240, 156, 46, 14, s.main.deep) +
    sleeves(s, shortSleeve, { patterned: true }) +
    form(
      s,
      'M194 150 240 264 286 150 316 166Q324 250 300 316Q340 430 364 540Q312 584 236 566Q176 576 122 556Q136 430 180 316Q156 250 164 166z',
      {
        patterned: true,
        inside:
          folds('M206 340Q182 450 170 570M290 340Q316 430 330 550', s.main.deep) +
          line('M284 152Q262 220 184 316M206 330Q236 450 232 570', s.main.deep, 4, 'opacity=".5"'),
      },
    ) +
    form(s, 'M178 304Q240 322 302 304V330Q240 346 178 330z', { colour: s.accent.base }) +
    form(
      s,
      'M190 316Q160 330 150 372Q150 400 158 420L178 412Q172 370 204 334zM196 320Q186 380 196 440L214 432Q206 380 214 330z',
      { colour: s.accent.dark },
    )
  );
}

function skater(s: Sketch): string {
  return (
    oval(240, 160, 42, 16, s.main.deep) +
    sleeves(s, shortSleeve, { patterned: true }) +
    form(
      s,
      'M198 154Q240 204 282 154L316 168Q320 250 298 316Q356 390 396 500Q350 536 318 516T250 528T178 520T84 500Q124 390 182 316Q160 250 164 168z',
      {
        patterned: true,
        inside: folds(
          'M200 330Q160 430 146 530M226 330Q214 440 214 530M280 330Q320 430 330 530M254 330Q266 440 266 530',
          s.main.deep,
        ),
      },
    ) +
    box(180, 304, 120, 18, 4, s.main.dark)
  );
}

/**
 * Draws a dress on a hanger.
 * @param s the sketch
 */
export function drawDress(s: Sketch): string {
  let shapes = skater(s);
  if (s.says('slip')) shapes = slip(s);
  else if (s.says('tiered')) shapes = tiered(s);
  else if (s.says('shirt')) shapes = shirtDress(s);
  else if (s.says('wrap')) shapes = wrap(s);
  return hanger() + shapes;
}
