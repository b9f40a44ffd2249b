// Draws scarves in a loose knot, and bandanas folded to a triangle.
import { fill, form, line } from './pen.ts';
import type { Sketch } from './sketch.ts';

function ends(x: number, width: number, y: number, lean: number, colour: string): string {
  let d = '';
  for (let at = x + 4; at < x + width; at += 10) d += `M${at} ${y}l${lean} 30`;
  return line(d, colour, 4);
}

function knotted(s: Sketch): string {
  const silky = s.says('archive', 'mistral');
  const tips = s.pattern === 'block' ? s.accent.dark : s.main.dark;
  return (
    form(
      s,
      'M104 178C106 96 176 68 240 68C304 68 374 96 376 178C350 138 300 124 240 124C180 124 130 138 104 178z',
      {
        colour: s.main.dark,
        light: 'fall',
      },
    ) +
    (silky ? '' : ends(160, 84, 560, -2, tips) + ends(270, 80, 508, 4, tips)) +
    form(s, 'M204 280C186 370 168 460 158 562H246C246 470 252 380 256 290z', {
      patterned: true,
      inside: fill('M214 300Q196 430 190 570H204Q212 430 228 300z', s.main.deep, 'opacity=".2"'),
    }) +
    form(s, 'M226 290C238 370 254 440 270 512H352C334 430 312 360 286 280z', {
      patterned: true,
      inside: fill('M262 300Q290 400 306 520H318Q300 400 276 300z', s.main.deep, 'opacity=".2"'),
    }) +
    form(
      s,
      'M104 174C96 268 168 326 240 328C312 326 384 268 376 174C360 226 306 246 240 246C174 246 120 226 104 174z',
      {
        patterned: true,
        inside: line('M116 226Q170 284 240 286T364 226', s.main.deep, 7, 'opacity=".22"'),
      },
    ) +
    form(s, 'M196 246Q240 226 284 246Q306 290 280 332Q240 350 202 330Q176 288 196 246z', {
      patterned: true,
      inside: line(
        'M212 252Q200 290 216 330M244 244Q236 290 248 338',
        s.main.deep,
        6,
        'opacity=".22"',
      ),
    })
  );
}

function bandana(s: Sketch): string {
  return (
    form(s, 'M200 150Q150 80 96 104Q120 150 216 176zM280 150Q330 80 384 104Q360 150 264 176z', {
      colour: s.main.dark,
    }) +
    form(s, 'M64 206Q240 150 416 206Q366 380 240 528Q114 380 64 206z', {
      patterned: true,
      inside:
        line('M92 216Q126 370 240 498Q354 370 388 216', s.accent.base, 7) +
        fill(
          'M150 190Q190 340 240 420Q200 320 186 186zM320 190Q290 330 250 420Q280 300 294 186z',
          s.main.deep,
          'opacity=".18"',
        ),
    }) +
    form(s, 'M64 206Q60 170 110 162Q240 128 370 162Q420 170 416 206Q240 240 64 206z', {
      patterned: true,
      light: 'fall',
      inside: line('M84 194Q240 160 396 194', s.main.deep, 5, 'opacity=".25"'),
    })
  );
}

/**
 * Draws a scarf against the wall.
 * @param s the sketch
 */
export function drawScarf(s: Sketch): string {
  return s.says('bandana') ? bandana(s) : knotted(s);
}
