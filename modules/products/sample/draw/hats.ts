// Draws hats: beanies, caps, bucket hats, sun hats and fedoras.
import { fill, form, line, oval } from './pen.ts';
import type { Sketch } from './sketch.ts';

function beanie(s: Sketch): string {
  let ribs = '';
  for (let x = 100; x < 390; x += 17) ribs += `M${x} 372V446`;
  const pompom = s.says('bobble')
    ? oval(240, 166, 50, 48, s.accent.dark) +
      oval(232, 158, 44, 42, s.accent.base) +
      line(
        'M200 150 214 160M226 128 232 146M262 136 256 152M272 168 256 170M216 190 228 178',
        s.accent.dark,
        4,
      )
    : '';
  const knit =
    'M150 250Q160 310 150 380M195 216Q202 300 195 380M240 204V380M285 216Q278 300 285 380M330 250Q320 310 330 380';
  return (
    form(s, 'M104 388C96 268 158 196 240 196S384 268 376 388z', {
      patterned: true,
      inside: line(knit, s.main.deep, 5, 'opacity=".22"'),
    }) +
    form(
      s,
      'M90 382Q90 366 106 364Q240 348 374 364Q390 366 390 382V432Q390 448 374 450Q240 464 106 450Q90 448 90 432z',
      {
        colour: s.main.dark,
        inside: line(ribs, s.main.deep, 5, 'opacity=".5"'),
      },
    ) +
    pompom
  );
}

function cap(s: Sketch): string {
  return (
    form(s, 'M246 372C330 360 420 380 452 424Q456 438 440 440C380 420 300 420 226 428z', {
      colour: s.pattern === 'block' ? s.accent.base : s.main.dark,
      inside: line(
        'M250 392C330 380 400 392 440 426M246 408C320 396 380 404 430 430',
        s.main.deep,
        2,
        'stroke-dasharray="6 4" opacity=".6"',
      ),
    }) +
    form(
      s,
      'M62 420C52 290 122 218 206 218C296 218 348 290 350 378Q300 404 230 424Q140 436 62 420z',
      {
        patterned: s.pattern !== 'block',
        inside:
          line(
            'M206 218Q130 300 128 432M206 218Q262 300 262 420M206 218Q196 320 200 432',
            s.main.deep,
            4,
            'opacity=".4"',
          ) +
          oval(150, 280, 5, 5, s.main.deep) +
          oval(244, 276, 5, 5, s.main.deep),
      },
    ) +
    oval(206, 217, 15, 8, s.accent.base) +
    line('M62 418Q150 434 232 422Q300 402 350 376', s.main.deep, 5, 'opacity=".5"') +
    form(s, 'M274 300Q310 296 318 330Q318 350 290 352Q272 340 274 300z', { colour: s.accent.base })
  );
}

function bucket(s: Sketch): string {
  return (
    oval(240, 400, 178, 46, s.accent.dark) +
    form(s, 'M138 372L154 244Q160 214 240 212T326 244L342 372z', {
      patterned: true,
      inside: line('M152 250Q240 272 328 250', s.main.deep, 4, 'opacity=".5"'),
    }) +
    form(s, 'M138 362Q240 386 342 362Q384 392 424 446Q330 424 240 424T56 446Q96 392 138 362z', {
      patterned: true,
      inside: line(
        'M116 386Q240 410 364 386M96 408Q240 424 384 408M78 426Q240 434 402 426',
        s.main.deep,
        2.5,
        'opacity=".4"',
      ),
    }) +
    oval(176, 320, 6, 6, s.accent.base) +
    oval(196, 324, 6, 6, s.accent.base)
  );
}

function brimmed(s: Sketch): string {
  const straw = s.says('sun hat');
  const brim = straw
    ? 'M20 408Q60 356 240 356T460 408Q440 460 240 462T20 408z'
    : 'M62 404Q90 380 240 380T418 404Q440 440 390 446Q300 424 240 426T90 446Q40 440 62 404z';
  const crown = straw
    ? 'M132 396C126 270 170 214 240 214S354 270 348 396Q240 420 132 396z'
    : 'M142 400Q140 276 166 232Q196 206 240 232Q284 206 314 232Q340 276 338 400Q240 424 142 400z';
  const weave = straw
    ? line(
        'M150 260Q240 276 330 260M136 300Q240 320 344 300M132 340Q240 360 348 340M168 230Q240 242 312 230',
        s.main.deep,
        2.5,
        'stroke-dasharray="9 5" opacity=".4"',
      )
    : fill('M240 232Q222 300 238 350Q258 300 240 232z', s.main.deep, 'opacity=".35"');
  return (
    form(s, brim, {
      inside: straw
        ? line(
            'M50 410Q120 446 240 446T430 410M84 404Q140 430 240 430T396 404',
            s.main.deep,
            2.5,
            'stroke-dasharray="9 5" opacity=".45"',
          )
        : '',
      light: 'side',
    }) +
    form(s, crown, { inside: weave }) +
    form(s, 'M134 352Q240 378 346 352L348 398Q240 422 132 398z', { colour: s.accent.base }) +
    (straw ? '' : form(s, 'M310 356 350 340 344 384 350 412 310 396z', { colour: s.accent.dark }))
  );
}

/**
 * Draws a hat against the wall.
 * @param s the sketch
 */
export function drawHat(s: Sketch): string {
  if (s.says('beanie')) return beanie(s);
  if (s.says('bucket')) return bucket(s);
  if (s.says('sun hat', 'fedora')) return brimmed(s);
  return cap(s);
}
