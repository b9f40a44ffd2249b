// Draws jackets: puffers, parkas and anoraks, blazers, truckers and bombers.
import { box, fill, form, line, mirrored, oval } from './pen.ts';
import { buttons, folds, hanger, sleeves } from './garment.ts';
import type { Sketch } from './sketch.ts';

const sleeve =
  'M158 172C116 186 98 226 92 286L70 462Q70 474 82 476L122 480Q132 480 134 470L172 300z';
const body = (hem: number): string =>
  `M198 150Q240 166 282 150L334 172Q346 240 342 300L346 ${hem - 10}Q240 ${hem + 12} 134 ${hem - 10}L138 300Q134 240 146 172z`;

const zip = (s: Sketch, from: number, to: number): string =>
  line(`M240 ${from}V${to}`, s.main.deep, 5) +
  line(`M240 ${from}V${to}`, '#d5d8dc', 2, 'stroke-dasharray="3 3"') +
  box(236, from + 18, 8, 20, 3, s.accent.base);

function puffer(s: Sketch): string {
  let seams = '';
  for (let y = 206; y < 490; y += 42) seams += `M60 ${y}Q150 ${y + 14} 240 ${y}T420 ${y}`;
  const quilting =
    line(seams, s.main.deep, 5, 'opacity=".5"') +
    line(seams, '#fff', 4, 'opacity=".3" transform="translate(0 7)"');
  return (
    sleeves(s, sleeve, { patterned: true, inside: line(seams, s.main.deep, 5, 'opacity=".5"') }) +
    form(s, body(490), { patterned: true, inside: quilting }) +
    form(s, 'M186 168Q176 116 204 104Q240 94 276 104Q304 116 294 168Q240 190 186 168z', {
      inside: line('M180 138Q240 154 300 138', s.main.deep, 4, 'opacity=".5"'),
    }) +
    zip(s, 122, 494)
  );
}

function hooded(s: Sketch): string {
  const hem = s.says('parka') ? 560 : 500;
  const long = hem > 520;
  const pocket = long
    ? 'M160 400H216V466H160zM154 392H222V412H154z'
    : 'M164 380 214 372 216 384 166 394z';
  return (
    form(s, 'M172 172C150 96 196 56 240 56S330 96 308 172Q240 206 172 172z', {}) +
    form(s, 'M196 168C184 110 212 88 240 88S296 110 284 168Q240 190 196 168z', {
      colour: long ? s.accent.base : s.main.deep,
      light: 'fall',
    }) +
    sleeves(s, sleeve, {
      patterned: true,
      inside:
        folds('M100 330Q130 340 160 330M92 400Q120 404 150 392', s.main.deep) +
        line('M64 446H140', s.main.deep, 3, 'opacity=".5"'),
    }) +
    form(s, body(hem), {
      patterned: true,
      inside:
        folds(`M180 260Q170 400 176 ${hem}M300 250Q312 380 304 ${hem}`, s.main.deep) +
        fill(pocket, s.main.dark) +
        mirrored(fill(pocket, s.main.dark)) +
        (long ? line('M130 336Q240 350 350 336', s.main.deep, 4, 'opacity=".6"') : ''),
    }) +
    zip(s, 178, hem - 4) +
    line('M214 176 210 236M266 176 270 236', s.accent.light, 3)
  );
}

function blazer(s: Sketch): string {
  const lapel = 'M200 150 240 326 196 262 208 244 180 236 180 158z';
  return (
    fill('M198 146H282L240 326z', '#f1ede4') +
    fill('M232 166h16l6 24-14 110-14-110z', s.accent.dark) +
    sleeves(s, sleeve, {
      patterned: true,
      inside:
        folds('M100 330Q130 340 160 330', s.main.deep) + buttons(118, 440, 464, 3, s.main.deep),
    }) +
    form(
      s,
      'M196 150 240 324 284 150 334 172Q346 240 340 300L352 496Q330 520 262 510L240 420 220 510Q150 520 128 496L140 300Q134 240 146 172z',
      {
        patterned: true,
        inside:
          folds('M176 300Q166 400 172 510M304 300Q314 400 308 510', s.main.deep) +
          line('M240 324 236 430', s.main.deep, 3) +
          fill(
            'M158 408H210V422H158zM270 408H322V422H270zM280 266 314 260V270L280 276z',
            s.main.deep,
          ),
      },
    ) +
    form(s, lapel, { colour: s.main.dark }) +
    mirrored(form(s, lapel, { colour: s.main.dark })) +
    buttons(240, 346, 386, s.says('assembly') ? 1 : 2, s.accent.base)
  );
}

function short(s: Sketch): string {
  const denim = s.says('trucker');
  const rib = denim ? s.main.dark : s.main.deep;
  const seam = (d: string): string =>
    line(
      d,
      denim ? '#d9a25f' : s.main.deep,
      2.5,
      denim ? 'stroke-dasharray="6 3"' : 'opacity=".5"',
    );
  const detail = denim
    ? seam('M138 262H342M196 262 206 460M284 262 274 460') +
      fill('M164 262H214V284L189 298 164 284zM266 262H316V284L291 298 266 284z', s.main.dark)
    : folds('M180 240Q170 340 178 450M300 240Q310 340 302 450', s.main.deep) +
      seam('M162 350 200 394M318 350 280 394');
  const cuff = box(60, 446, 84, 40, 0, rib);
  const closing = denim
    ? line('M240 176V470', '#d9a25f', 2.5) + buttons(240, 214, 450, 6, '#c98f55')
    : zip(s, 166, 474);
  return (
    sleeves(s, sleeve, {
      patterned: true,
      inside: folds('M100 330Q130 340 160 330', s.main.deep) + cuff,
    }) +
    form(s, body(474), { patterned: true, inside: detail + box(120, 436, 240, 60, 0, rib) }) +
    (denim
      ? form(s, 'M192 148 240 172 220 206 176 172zM288 148 240 172 260 206 304 172z', {
          colour: s.main.dark,
        })
      : form(s, 'M190 152Q240 126 290 152L282 172Q240 190 198 172z', { colour: rib })) +
    closing
  );
}

/**
 * Draws a jacket on a hanger.
 * @param s the sketch
 */
export function drawJacket(s: Sketch): string {
  if (s.says('puffer')) return hanger() + puffer(s);
  if (s.says('parka', 'anorak')) return hooded(s);
  if (s.says('blazer')) return hanger() + blazer(s);
  return hanger() + oval(240, 152, 46, 14, s.main.deep) + short(s);
}
