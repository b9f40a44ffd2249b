// Draws one shoe of a pair from the side: sneakers, boots, loafers and sandals.
import { box, fill, floorShadow, form, line, oval } from './pen.ts';
import type { Sketch } from './sketch.ts';

const rubber = '#f2efe8';

function sneaker(s: Sketch): string {
  const sporty = s.says('running');
  const toe = fill(
    'M344 396Q420 410 424 500H330Q346 440 344 396z',
    s.says('playground') ? rubber : s.main.light,
    'opacity=".8"',
  );
  return (
    form(s, 'M196 332Q210 300 240 306Q252 330 262 350L214 372z', { colour: s.accent.dark }) +
    form(
      s,
      'M66 492Q62 420 74 356Q84 334 108 344Q150 372 196 342L222 332C264 382 320 396 372 408Q416 424 418 492z',
      {
        inside:
          toe +
          fill('M66 340Q110 350 118 420Q116 470 112 500H50z', s.accent.base) +
          (sporty
            ? line(
                'M150 486C190 430 240 430 300 452M168 490C210 450 250 452 300 470',
                s.accent.base,
                8,
              )
            : line('M176 366Q180 440 250 494', s.main.dark, 4) +
              line('M262 488 290 404M294 488 316 416', s.accent.base, 11)) +
          line('M222 332Q262 384 344 398', s.main.dark, 18, 'opacity=".35"'),
      },
    ) +
    line('M226 366 252 340M252 386 276 362M282 400 304 378M312 408 332 388', rubber, 6) +
    form(
      s,
      sporty
        ? 'M54 486Q240 470 424 484Q438 492 430 516Q330 536 240 524T66 532Q44 520 54 486z'
        : 'M58 486H424Q434 508 420 526Q240 534 70 528Q52 516 58 486z',
      {
        colour: rubber,
        inside: line('M50 502H440', s.accent.base, sporty ? 7 : 4),
        light: 'fall',
      },
    )
  );
}

function boot(s: Sketch): string {
  const wellington = s.says('mudlark');
  const lacing = wellington
    ? box(108, 224, 160, 22, 0, s.accent.base)
    : line(
        'M256 246 214 256M262 284 222 294M268 322 228 334M276 358 238 372M300 384 264 404',
        s.accent.base,
        7,
      ) + line('M206 240Q214 330 250 400', s.main.deep, 4, 'opacity=".6"');
  return (
    form(
      s,
      'M112 222Q190 206 262 222L272 352C300 388 350 392 390 412Q424 432 422 506H96Q92 460 108 420Q116 320 112 222z',
      {
        inside:
          fill('M330 396Q424 412 426 510H310Q330 450 330 396z', s.main.dark, 'opacity=".6"') +
          fill('M90 420Q150 430 160 510H86z', s.main.dark, 'opacity=".7"') +
          lacing,
      },
    ) +
    (wellington
      ? ''
      : form(s, 'M108 218Q186 196 266 218L264 246Q186 230 112 246z', { colour: s.accent.dark })) +
    form(s, 'M88 500H428Q436 520 428 536H206L200 526H176L170 538H92Q82 520 88 500z', {
      colour: wellington ? s.accent.dark : '#2f2a2a',
      light: 'fall',
    }) +
    line('M90 501H428', wellington ? s.accent.light : '#c9a26a', 3, 'stroke-dasharray="7 4"')
  );
}

function loafer(s: Sketch): string {
  return (
    form(s, 'M72 420Q70 366 92 352Q150 340 218 376L240 410z', {
      colour: s.main.deep,
      light: 'fall',
    }) +
    form(
      s,
      'M64 504Q58 420 70 360Q80 350 92 362Q118 410 176 408Q206 402 220 372Q244 362 262 376C300 404 350 414 392 440Q424 464 424 504z',
      {
        inside:
          fill('M60 400Q112 430 118 510H50z', s.main.dark) +
          fill(
            'M166 400Q206 398 222 370Q262 366 282 392Q296 450 268 510H150Q190 450 166 400z',
            s.main.dark,
          ) +
          line('M276 398Q350 430 362 510M262 376Q272 384 282 396', s.main.deep, 4, 'opacity=".6"') +
          line('M92 366Q118 414 176 412Q210 406 224 374', s.main.light, 3, 'opacity=".6"'),
      },
    ) +
    box(196, 432, 58, 12, 5, s.accent.base) +
    form(s, 'M58 500H428Q434 512 424 522H160L154 538H66Q54 520 58 500z', {
      colour: '#3d2c22',
      light: 'fall',
    }) +
    line('M62 501H426', '#c9a26a', 2.5, 'stroke-dasharray="6 4"')
  );
}

function sandal(s: Sketch): string {
  const strap = (d: string): string =>
    form(s, d, { inside: line(d, s.main.deep, 6, 'stroke-dasharray="7 5" opacity=".5"') });
  return (
    strap('M70 496Q66 420 84 350Q104 340 116 352Q104 420 112 496z') +
    strap('M86 366Q180 350 236 390L262 496H222Q212 420 160 402Q120 394 88 404z') +
    strap('M252 496Q250 430 296 408Q356 420 384 496H336Q326 456 304 448Q290 462 294 496z') +
    oval(200, 394, 17, 17, '#cfae62') +
    oval(200, 394, 9, 9, s.main.dark) +
    form(s, 'M56 490Q90 478 160 488T300 490T428 484Q438 500 424 512H66Q50 504 56 490z', {
      colour: '#cfa878',
      light: 'fall',
    }) +
    form(s, 'M58 510H428Q432 528 416 536H76Q56 530 58 510z', {
      colour: s.accent.deep,
      light: 'fall',
    })
  );
}

/**
 * Draws a shoe on the floor line.
 * @param s the sketch
 */
export function drawShoes(s: Sketch): string {
  let cut = sneaker;
  if (s.says('boot')) cut = boot;
  else if (s.says('loafer')) cut = loafer;
  else if (s.says('sandal')) cut = sandal;
  return floorShadow(s, 246, 538, 220) + cut(s);
}
