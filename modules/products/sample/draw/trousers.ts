// Draws trousers: chinos, jeans, cargos, joggers, wide legs and shorts.
import { box, fill, form, line, mirrored, oval } from './pen.ts';
import { clipHanger, folds } from './garment.ts';
import type { Sketch } from './sketch.ts';

function legs(s: Sketch): string {
  if (s.says('shorts'))
    return 'M152 116H328L372 392Q312 412 252 400L240 268 228 400Q168 412 108 392z';
  if (s.says('wide'))
    return 'M160 116H320Q340 240 392 580Q326 594 262 584L240 290 218 584Q154 594 88 580Q140 240 160 116z';
  if (s.says('joggers'))
    return 'M150 116H330C348 240 340 420 326 578H266L240 290 214 578H154C140 420 132 240 150 116z';
  return 'M152 116H328Q348 300 350 582Q310 590 266 584L240 280 214 584Q170 590 130 582Q132 300 152 116z';
}

function details(s: Sketch): string {
  const seam = s.says('jeans') ? '#d9a25f' : s.main.deep;
  const stitched = (d: string): string =>
    line(d, seam, 2.5, s.says('jeans') ? 'stroke-dasharray="6 3"' : 'opacity=".6"');
  let extra = '';
  if (s.says('cargo')) {
    const pocket =
      fill('M132 344H184V416H134zM128 334H188V356H128z', s.main.dark) +
      line('M128 357H188', s.main.deep, 2);
    extra =
      pocket +
      mirrored(pocket) +
      line('M132 460Q176 470 226 456M348 460Q304 470 254 456', s.main.deep, 2.5, 'opacity=".4"');
  }
  if (s.says('joggers'))
    extra =
      fill('M120 552H360V600H120z', s.main.dark) +
      line('M146 150Q130 360 156 560M334 150Q350 360 324 560', s.accent.base, 8);
  if (s.says('wide', 'chinos'))
    extra = line(
      'M196 160Q184 380 170 590M284 160Q296 380 310 590',
      s.main.deep,
      3,
      'opacity=".4"',
    );
  if (s.says('jeans')) extra = fill('M120 562H360V600H120z', s.main.light);
  return (
    extra +
    folds(
      'M232 300Q206 320 178 314M248 300Q274 320 302 314M206 430Q176 440 152 430M274 430Q304 440 328 430',
      s.main.deep,
    ) +
    stitched('M240 140V262M240 250Q262 240 264 146M156 206Q196 196 200 146M324 206Q284 196 280 146')
  );
}

/**
 * Draws trousers held by clips.
 * @param s the sketch
 */
export function drawTrousers(s: Sketch): string {
  const loose = s.says('joggers', 'daybreak', 'shorts');
  const waist = loose
    ? line('M152 130H328', s.main.deep, 20, 'stroke-dasharray="2 7" opacity=".4"') +
      line('M232 146 222 206M248 146 256 200', s.accent.light, 4)
    : fill('M178 116h9v34h-9zM293 116h9v34h-9z', s.main.dark) + oval(240, 132, 6, 6, s.accent.base);
  return (
    form(s, legs(s), {
      patterned: true,
      inside:
        details(s) +
        box(130, 110, 220, 36, 0, s.main.dark) +
        fill('M230 290 240 260 250 290 240 600z', s.main.deep, 'opacity=".25"'),
    }) +
    waist +
    clipHanger()
  );
}
