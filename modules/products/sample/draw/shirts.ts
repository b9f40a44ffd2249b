// Draws shirts with collars, tees, polos and hoodies.
import { box, fill, form, line, mirrored, oval } from './pen.ts';
import { buttons, folds, hanger, sleeves } from './garment.ts';
import type { Sketch } from './sketch.ts';

const longSleeve =
  'M160 168C120 182 104 226 98 286L78 462Q78 472 88 474L120 478Q130 478 131 468L172 296z';
const shortSleeve = 'M160 168C124 180 96 220 74 282Q72 290 80 294L132 318Q140 320 142 312L172 262z';
const torso =
  'M196 150Q240 176 284 150L330 170Q344 240 338 300L342 508Q240 526 138 508L142 300Q136 240 150 170z';
const creases =
  'M176 260Q186 380 172 510M306 250Q296 380 310 510M150 262Q180 250 196 226M330 262Q300 250 286 226';

function shirt(s: Sketch): string {
  const short = s.says('glasshouse');
  const collar = 'M198 140 240 178 212 214 176 160z';
  const pocket = fill('M274 258H318V302L296 314 274 302z', s.main.dark, 'opacity=".55"');
  return (
    oval(240, 152, 46, 16, s.main.deep) +
    sleeves(s, short ? shortSleeve : longSleeve, {
      patterned: true,
      inside: short
        ? ''
        : line('M60 440 150 450', s.main.deep, 3, 'opacity=".5"') +
          folds('M104 340Q130 346 156 334', s.main.deep),
    }) +
    form(s, torso, {
      patterned: true,
      inside:
        folds(creases, s.main.deep) +
        box(228, 150, 24, 380, 0, '#ffffff22') +
        line('M228 190V520M252 190V520', s.main.deep, 2, 'opacity=".45"') +
        pocket +
        (s.says('flannel') ? mirrored(pocket) : ''),
    }) +
    form(s, collar, { colour: s.main.light, patterned: s.pattern === 'check' }) +
    mirrored(form(s, collar, { colour: s.main.light, patterned: s.pattern === 'check' })) +
    buttons(240, 226, 496, 6, s.main.base === s.accent.light ? s.main.deep : '#fbf7ee')
  );
}

function tee(s: Sketch): string {
  const polo = s.says('polo');
  const hem = line(
    'M66 274 148 314',
    polo ? s.accent.base : s.main.deep,
    polo ? 9 : 3,
    polo ? '' : 'opacity=".4"',
  );
  const collar = 'M198 140 240 184 218 208 178 160z';
  const neck = polo
    ? box(228, 176, 24, 96, 3, s.main.dark) +
      buttons(240, 208, 250, 2, '#fbf7ee') +
      form(s, collar, { inside: line('M178 160 218 208 240 184', s.accent.base, 8) }) +
      mirrored(form(s, collar, { inside: line('M178 160 218 208 240 184', s.accent.base, 8) }))
    : line('M194 150Q240 206 286 150', s.pattern === 'stripe' ? s.accent.base : s.main.dark, 11);
  return (
    oval(240, 154, 46, 16, s.main.deep) +
    sleeves(s, shortSleeve, { patterned: true, inside: hem }) +
    form(s, torso, {
      patterned: true,
      inside:
        folds(creases, s.main.deep) +
        line('M130 496Q240 514 350 496', s.main.deep, 2, 'opacity=".4"'),
    }) +
    neck
  );
}

function hoodie(s: Sketch): string {
  return (
    form(s, 'M170 170C158 104 204 76 240 76S322 104 310 170Q240 216 170 170z') +
    form(s, 'M194 166C188 120 214 102 240 102S292 120 286 166Q240 198 194 166z', {
      colour: s.main.deep,
      light: 'fall',
    }) +
    sleeves(s, longSleeve, {
      inside:
        box(60, 444, 90, 40, 0, s.main.dark) +
        folds('M104 340Q130 346 156 334M96 400Q120 404 146 396', s.main.deep),
    }) +
    form(s, torso, {
      inside:
        folds(creases, s.main.deep) +
        box(120, 478, 240, 60, 0, s.main.dark) +
        fill('M184 372H296L326 452H154z', s.main.dark) +
        line('M184 372H296M184 372 154 452M296 372 326 452', s.main.deep, 2.5, 'opacity=".6"'),
    }) +
    line('M176 168Q240 224 304 168', s.main.dark, 8) +
    line('M216 190 212 268M264 190 268 262', s.accent.base, 5)
  );
}

/**
 * Draws a shirt on a hanger; a hood hides the hanger.
 * @param s the sketch
 */
export function drawShirt(s: Sketch): string {
  if (s.says('hoodie')) return hoodie(s);
  return hanger() + (s.says('tee', 'polo') ? tee(s) : shirt(s));
}
