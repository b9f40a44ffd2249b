// Draws lamps, lit: on tables and floors, from the ceiling, on an arm, and a lantern.
import { box, fill, floorShadow, form, line, oval } from './pen.ts';
import type { Sketch } from './sketch.ts';

function glow(s: Sketch, cx: number, cy: number, r: number): string {
  const id = s.nextId();
  return `<radialGradient id="${id}"><stop offset="0" stop-color="#fff3c4" stop-opacity=".95"/><stop offset="1" stop-color="#fff3c4" stop-opacity="0"/></radialGradient>${oval(cx, cy, r, r, `url(#${id})`)}`;
}

const lit = (d: string): string => fill(d, '#ffe9a8', 'opacity=".45"');

function table(s: Sketch): string {
  const wooden = s.says('orchard');
  const base = wooden
    ? 'M222 330H258C254 384 300 410 300 470C300 520 290 538 276 538H204C190 538 180 520 180 470C180 410 226 384 222 330z'
    : 'M218 352H262C300 366 330 404 330 450C330 504 296 538 262 538H218C184 538 150 504 150 450C150 404 180 366 218 352z';
  return (
    floorShadow(s, 246, 540, 140) +
    glow(s, 240, 260, 230) +
    box(232, 316, 16, 44, 4, '#b99a55') +
    form(s, base, { light: 'round' }) +
    form(s, 'M168 146H312L368 334Q240 352 112 334z', {
      colour: s.accent.light,
      patterned: wooden,
      inside: lit('M190 146H290L330 350H150z'),
      light: 'side',
    })
  );
}

function pendant(s: Sketch): string {
  const drum = s.says('meadow');
  const shade = drum
    ? 'M120 300Q120 250 170 236H310Q360 250 360 300V400Q240 424 120 400z'
    : 'M210 236H270C276 282 382 310 396 416Q240 440 84 416C98 310 204 282 210 236z';
  const [y, rx] = drum ? [402, 120] : [418, 156];
  return (
    glow(s, 240, 460, 190) +
    line('M240 0V214', s.main.deep, 4) +
    box(222, 204, 36, 36, 6, s.accent.dark) +
    form(s, shade, { patterned: true }) +
    oval(240, y, rx, 20, s.accent.light) +
    oval(240, y + 2, rx - 12, 15, '#ffe9a8') +
    oval(240, y + 8, 26, 22, '#fffbe6')
  );
}

function floor(s: Sketch): string {
  const leaning = s.says('heron');
  const pole = leaning ? 'M150 540C150 300 160 140 250 120Q306 108 312 160' : 'M240 540V200';
  const shade = leaning
    ? 'M282 156H342L388 262Q312 276 236 262z'
    : 'M146 92H334V246Q240 262 146 246z';
  const foot = leaning ? 150 : 240;
  return (
    floorShadow(s, foot + 8, 542, 110) +
    glow(s, leaning ? 312 : 240, leaning ? 270 : 190, 200) +
    line(pole, s.accent.dark, 10) +
    line(pole, s.accent.light, 3) +
    oval(foot, 538, 76, 12, s.accent.dark) +
    oval(foot, 533, 76, 11, s.accent.base) +
    form(s, shade, {
      patterned: true,
      inside: leaning ? lit('M292 150H332L350 280H274z') : lit('M186 90H294V260H186z'),
    })
  );
}

function desk(s: Sketch): string {
  return (
    floorShadow(s, 190, 541, 130) +
    `<g transform="rotate(-24 310 230)">${glow(s, 310, 330, 150)}</g>` +
    line('M180 520 120 340 270 200', s.accent.dark, 13) +
    line('M180 520 120 340 270 200', s.accent.light, 4) +
    oval(120, 340, 17, 17, s.main.dark) +
    oval(120, 340, 7, 7, s.accent.light) +
    form(s, 'M100 538Q100 512 140 510H222Q262 512 262 538z') +
    `<g transform="rotate(-28 280 200)">${oval(280, 296, 84, 15, '#ffe9a8')}${form(s, 'M256 168Q280 152 304 168L316 206C352 226 366 256 368 298Q280 314 192 298C194 256 208 226 244 206z')}</g>` +
    oval(270, 200, 13, 13, s.accent.dark)
  );
}

function lantern(s: Sketch): string {
  return (
    floorShadow(s, 246, 540, 140) +
    line('M160 250C150 90 330 90 320 250', s.accent.dark, 9) +
    glow(s, 240, 390, 230) +
    form(s, 'M172 290H308V470H172z', { colour: '#ffe9a8', light: 'round' }) +
    oval(240, 390, 34, 60, '#fffbe6') +
    line('M172 290V470M216 290V470M264 290V470M308 290V470', s.main.dark, 7) +
    form(s, 'M150 292Q150 232 240 226Q330 232 330 292z', { light: 'round' }) +
    form(s, 'M146 468H334V514Q334 538 310 538H170Q146 538 146 514z', { light: 'round' }) +
    oval(240, 504, 15, 15, s.accent.base)
  );
}

/**
 * Draws a lamp; a pendant hangs, every other stands on the floor line.
 * @param s the sketch
 */
export function drawLamp(s: Sketch): string {
  if (s.says('pendant')) return pendant(s);
  if (s.says('floor')) return floor(s);
  if (s.says('desk')) return desk(s);
  if (s.says('lantern')) return lantern(s);
  return table(s);
}
