// Draws tents on grass: domes, bell tents and ridge tents.
import { fill, form, line, mirrored, oval } from './pen.ts';
import type { Sketch } from './sketch.ts';

const guy = (from: string, to: string): string => line(`M${from}L${to}`, '#fffdf5', 2.5);

function dome(s: Sketch): string {
  const flap = 'M240 268C214 350 200 440 192 540H150C166 420 196 330 240 268z';
  return (
    guy('110 420', '24 548') +
    guy('370 420', '456 548') +
    form(s, 'M48 540C70 370 150 262 240 262S410 370 432 540z', {
      patterned: true,
      inside: line(
        'M240 262C150 300 100 420 92 540M240 262C330 300 380 420 388 540',
        s.main.deep,
        5,
        'opacity=".5"',
      ),
    }) +
    form(s, 'M240 276C204 350 186 440 180 540H300C294 440 276 350 240 276z', {
      colour: s.accent.deep,
      light: 'fall',
    }) +
    fill(
      'M240 330C226 400 214 480 210 540H270C266 480 254 400 240 330z',
      '#ffe6a6',
      'opacity=".55"',
    ) +
    form(s, flap, { colour: s.accent.base }) +
    line('M48 540H432', s.main.deep, 5) +
    line('M160 420Q150 408 160 400', s.accent.light, 5)
  );
}

function bell(s: Sketch): string {
  let scallops = 'M52 404';
  for (let x = 52; x < 428; x += 47) scallops += `q23.5 30 47 0`;
  const curtain = 'M240 300Q220 420 186 540H150Q196 420 240 260z';
  return (
    guy('56 410', '14 548') +
    guy('424 410', '466 548') +
    line('M240 190V140', '#8a6a48', 6) +
    fill('M242 140 286 152 242 166z', s.accent.base) +
    form(s, 'M56 404H424L408 540H72z', { patterned: true, light: 'side' }) +
    form(s, 'M240 180Q270 300 428 404H52Q210 300 240 180z', {
      patterned: true,
      inside: line(
        'M240 180Q200 320 140 410M240 180Q280 320 340 410',
        s.main.deep,
        3,
        'opacity=".35"',
      ),
    }) +
    fill(`${scallops}V400H52z`, s.accent.base) +
    form(s, 'M240 256Q270 420 312 540H168Q210 420 240 256z', { colour: '#5a4636', light: 'fall' }) +
    oval(240, 400, 13, 18, '#ffe6a6') +
    form(s, curtain, { colour: s.main.light }) +
    mirrored(form(s, curtain, { colour: s.main.light }))
  );
}

function ridge(s: Sketch): string {
  const curtain = 'M240 244Q214 420 150 540H116Q196 400 240 224z';
  return (
    guy('240 206', '20 548') +
    guy('240 206', '460 548') +
    line('M222 178 262 232M258 178 218 232', '#8a6a48', 9) +
    form(s, 'M240 206 44 540H436z', {
      patterned: true,
      inside: line('M240 206 90 560M240 206 390 560', s.main.deep, 4, 'opacity=".3"'),
    }) +
    form(s, 'M240 238 128 540H352z', { colour: s.main.deep, light: 'fall' }) +
    fill('M150 540Q160 506 200 506H290Q326 508 332 540z', s.accent.base) +
    fill('M150 540Q156 514 196 512H236Q214 540 150 540z', '#fff', 'opacity=".3"') +
    form(s, curtain, { colour: s.main.light, patterned: true }) +
    mirrored(form(s, curtain, { colour: s.main.light, patterned: true })) +
    line('M240 206 44 540M240 206 436 540', s.accent.dark, 6)
  );
}

/**
 * Draws a tent on a strip of grass at the floor line.
 * @param s the sketch
 */
export function drawTent(s: Sketch): string {
  let grass = '';
  for (let x = 12; x < 480; x += 26 + s.vary(16))
    grass += `M${x} 560l-5-17M${x} 560l3-22M${x} 560l9-15`;
  let shapes = dome(s);
  if (s.says('bell')) shapes = bell(s);
  else if (s.says('ridge')) shapes = ridge(s);
  return (
    fill('M-20 536Q240 516 500 536V660H-20z', '#93a678') + shapes + line(grass, '#6f8659', 3.5)
  );
}
